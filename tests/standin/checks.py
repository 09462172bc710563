"""What has to be true after any run on the stand-in, whatever its tests were about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from harness.deploy.aws_policy import uncovered
from harness.targets.aws.calls import FILE, read_calls

from .front_door import Call
from .policies import read_policies

NAME: Final = "aws-stand-in"
_NOT_BY_CLIENTS: Final = "execute-api"
"""Signed requests to a deployed API: no client of AWS's makes them, and none counts them."""
_SAYS_AWS: Final = re.compile(r"""\bon (?:aws|AWS)\b(?!-)|["'>]aws["'<]""")


def complaints(report: Path, calls: Iterable[Call], *, policy: bool = False) -> list[str]:
    """Return what isn't as it should be, a sentence each.

    Args:
        report: The run's report.
        calls: The calls that the stand-in saw.
        policy: Whether the project's policies have to cover them.
    """
    seen = {(call.operation.service, call.operation.name) for call in calls}
    seen = {call for call in seen if call[0] != _NOT_BY_CLIENTS}
    return [
        *_named(report),
        *_counted(report, seen),
        *(_not_allowed(seen) if policy else ()),
    ]


def _named(report: Path) -> Iterable[str]:
    for name in ("claims.json", "run.json", FILE):
        said = json.loads((report / name).read_text())["target"]
        if said != NAME:
            yield f'{name} said that the target was "{said}".'
    for name in ("index.html", "claims.json", "run.json", "junit.xml"):
        if found := _SAYS_AWS.search((report / name).read_text()):
            yield f'{name} speaks of AWS: "{found[0]}".'
    if NAME not in (report / "index.html").read_text():
        yield "index.html doesn't say that it was a stand-in."


def _counted(report: Path, seen: set[tuple[str, str]]) -> Iterable[str]:
    counted = read_calls(report / FILE)
    for service, operation in sorted(seen - counted):
        yield f"{service}:{operation} was called and isn't in {FILE}."
    for service, operation in sorted(counted - seen):
        yield f"{service}:{operation} is in {FILE}, and nobody saw it."


def _not_allowed(seen: set[tuple[str, str]]) -> Iterable[str]:
    for action in uncovered(read_policies().values(), seen):
        yield (
            f"No policy in docs/real-aws-policies names {action}. Make them anew: "
            "python -m tests.standin --make-policies"
        )
