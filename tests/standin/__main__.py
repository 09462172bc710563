"""Runs `harness run` against a stand-in of its own: `python -m tests.standin [ARGUMENT …]`.

Nothing of it reaches AWS, and nothing of it is reported as AWS. The users have the policies in
docs/ and no others, and IAM decides by them. After the run it is checked that the reports say what
it was, that they name all calls, and that the policies name what the calls need.

With `--make-policies` as the first argument the users may do everything, and the policies are made
anew from what was called, now and in former runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from harness.targets.aws.calls import FILE

from .accounts import REGION
from .checks import complaints
from .inventory import inventory
from .policies import as_the_stand_in_takes, make_policies, read_policies
from .runs import PATTERN
from .stand_in import SECOND_REGION, StandIn, standing_in

REPORT: Final = Path("build") / "aws-stand-in"
LEFTOVERS: Final = Path("build") / "aws-stand-in-leftovers"
MAKE_POLICIES: Final = "--make-policies"
LOG_DELIVERY_POLICY: Final = "AWSLogDeliveryWrite20150319"


def main(arguments: Sequence[str]) -> int:
    """Run scenarios on the AWS target, with a stand-in in the role of AWS.

    Args:
        arguments: Passed on to `harness run`.

    Returns:
        Its exit code, or 1 if something isn't as it should be after the run.
    """
    is_making = list(arguments[:1]) == [MAKE_POLICIES]
    policies = {} if is_making else as_the_stand_in_takes(read_policies())
    with standing_in(policies=policies) as stand_in:
        print(f"A stand-in for AWS answers at {stand_in.door.url}.", flush=True)
        before = _all_of(stand_in)
        code = _run(stand_in, Path.cwd(), REPORT, arguments[is_making:])
        wrong = complaints(REPORT, stand_in.door.calls, policy=not is_making)
        wrong += [f"{thing} was left." for thing in sorted(_left(stand_in, before))]
        if is_making:
            # What tests make by themselves, of each kind that the harness can take away again.
            code = code or _run(stand_in, PATTERN, LEFTOVERS, ["-n", "1"])
    if is_making and not code:
        make_policies([REPORT / FILE, LEFTOVERS / FILE])
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return code or bool(wrong)


def _left(stand_in: StandIn, before: set[str]) -> Iterable[str]:
    # CloudWatch Logs makes an account's policy for its deliveries, and keeps it for the next.
    return (one for one in _all_of(stand_in) - before if LOG_DELIVERY_POLICY not in one)


def _all_of(stand_in: StandIn) -> set[str]:
    """Return what both accounts hold, in both regions."""
    return {
        f"{profile.account} in {region}: {thing}"
        for profile in stand_in.profiles.values()
        for region in (REGION, SECOND_REGION)
        for thing in inventory(partial(stand_in.client, profile=profile.name, region=region))
    }


def _run(stand_in: StandIn, project: Path, report: Path, arguments: Sequence[str]) -> int:
    options = [*stand_in.options, "--report", str(report.absolute())]
    command = [sys.executable, "-m", "harness", "run", *options, *arguments]
    variables = os.environ | stand_in.variables
    done = subprocess.run(command, cwd=project, env=variables, check=False)
    _show_last_line(report / "pytest.log")
    return done.returncode


def _show_last_line(log: Path) -> None:
    if log.is_file() and (lines := log.read_text(errors="replace").strip().splitlines()):
        print(lines[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
