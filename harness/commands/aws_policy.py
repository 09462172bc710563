"""`harness aws policy`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def policy(
    calls: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="What a run called: calls.json of its report."),
    ],
    patterns: Annotated[
        list[str] | None, typer.Argument(metavar="PATTERN", help="Folders of scenarios; all.")
    ] = None,
) -> None:
    """Print an IAM policy for a user who runs the scenarios on AWS.

    It is made from what runs really called, and from what CloudFormation's registry says that it
    calls itself for the resources in the scenarios' templates.

    \b
    Example:
      harness aws policy --calls build/report/calls.json > policy.json
    """
    from harness.deploy.aws_handlers import handler_actions
    from harness.deploy.aws_plan import plan_of
    from harness.deploy.aws_policy import policy_for
    from harness.running.patterns import chosen
    from harness.targets.aws.calls import read_calls

    folders = chosen(Path.cwd(), patterns or [])
    called = {call for file in calls for call in read_calls(file)}
    modules = [module for folder in folders.values() for module in sorted(folder.glob("test_*.py"))]
    types = plan_of(modules, region="us-east-1").resources
    document = policy_for(called, handler_actions(types), [*folders, "by-hand"])
    typer.echo(json.dumps(document, indent=2))
