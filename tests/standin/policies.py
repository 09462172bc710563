"""The policies of those who run the scenarios, and the calls that they are made from.

Both are part of the project: the policies are what its documentation hands out, and each run on the
stand-in shows whether they suffice.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from harness.targets.aws.calls import read_calls

PROJECT: Final = Path(__file__).parents[2]
FOLDER: Final = PROJECT / "docs" / "real-aws-policies"
CALLS: Final = Path(__file__).parent / "calls.json"
"""All calls of runs so far: services and operations."""


def read_policies() -> dict[str, Any]:
    """Return the documents by name."""
    return {file.stem: json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))}


def make_policies(reports: Iterable[Path]) -> None:
    """Make the policies anew, from what former runs called and what these called.

    Args:
        reports: `calls.json` of the runs.
    """
    called = set().union(*(read_calls(file) for file in (CALLS, *reports) if file.is_file()))
    calls = [
        {"service": service, "operation": operation, "count": 1}
        for service, operation in sorted(called)
    ]
    lines = ",\n".join(f"    {json.dumps(call)}" for call in calls)
    CALLS.write_text(f'{{\n  "target": "aws-stand-in",\n  "calls": [\n{lines}\n  ]\n}}\n')
    command = [sys.executable, "-m", "harness", "aws", "policy", "--calls", str(CALLS)]
    subprocess.run([*command, "--folder", str(FOLDER)], cwd=PROJECT, check=True)


def as_the_stand_in_takes(policies: dict[str, Any]) -> dict[str, Any]:
    """Return policies without their conditions on tags of resources.

    The emulator's CloudFormation doesn't pass a stack's tags on, and its IAM knows no tags of
    resources: such a statement would allow nothing there.
    """
    taken: dict[str, Any] = json.loads(json.dumps(policies))
    for document in taken.values():
        for statement in document["Statement"]:
            keys = statement.get("Condition", {}).get("Null", {})
            if any(key.startswith("aws:ResourceTag/") for key in keys):
                del statement["Condition"]
    return taken
