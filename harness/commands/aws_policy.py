"""`harness aws policy`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer


def policy(
    calls: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="What a run called: calls.json of its report."),
    ],
    patterns: Annotated[
        list[str] | None, typer.Argument(metavar="PATTERN", help="Folders of scenarios; all.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write a file for each policy, NAME.json."),
    ] = None,
) -> None:
    """Make the IAM policies for a user who runs the scenarios on AWS.

    They are made from what runs really called, and from what CloudFormation's registry says that it
    calls itself for the resources in the scenarios' templates. IAM limits how long a managed policy
    is, so there may be several; a user needs all of them. Without --folder they are printed, by
    name.

    \b
    Example:
      harness aws policy --calls build/report/calls.json --folder policies
    """
    from harness.deploy.aws_handlers import handler_actions
    from harness.deploy.aws_plan import plan_of
    from harness.deploy.aws_policy import managed, policy_for
    from harness.running.patterns import chosen
    from harness.targets.aws.calls import read_calls

    folders = chosen(Path.cwd(), patterns or [])
    called = {call for file in calls for call in read_calls(file)}
    modules = [module for folder in folders.values() for module in sorted(folder.glob("test_*.py"))]
    types = plan_of(modules, region="us-east-1").resources
    documents = managed(policy_for(called, handler_actions(types), [*folders, "by-hand"]))
    if folder is None:
        typer.echo(json.dumps(documents, indent=2))
    else:
        _write(folder, documents)


def _write(folder: Path, documents: Mapping[str, Any]) -> None:
    from harness.deploy.aws_policy import OURS

    folder.mkdir(parents=True, exist_ok=True)
    for former in folder.glob(f"{OURS}-*.json"):
        former.unlink()
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")
        typer.echo(f"{folder / name}.json")
