"""What stands before a run on AWS: who calls, what would be made, and the user's yes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from harness.errors import HarnessError
from harness.targets import guard
from harness.targets.aws.request import HARNESS, AwsRequest


class Declined(HarnessError):
    """The user said no."""

    exit_code = 2


@dataclass(frozen=True)
class Agreement:
    """What `harness run --real-aws` was asked for.

    Attributes:
        request: The account, profiles and regions.
        is_given: Whether the user has agreed beforehand.
    """

    request: AwsRequest
    is_given: bool


def agreed(
    agreement: Agreement, modules: Sequence[Path], *, here: Path, workers: int, console: Console
) -> str:
    """Check who calls, show the plan, and ask.

    Returns:
        The id of the run.

    Raises:
        UsageProblem: There is nobody to ask.
        HarnessError: The credentials or the account aren't to be used.
        Declined: The user said no.
    """
    from harness.deploy.aws_plan import plan_of
    from harness.deploy.aws_plan_text import QUESTION, is_yes, nobody_to_ask, plan_lines
    from harness.targets.aws import Aws

    if not agreement.is_given and not sys.stdin.isatty():
        raise nobody_to_ask(HARNESS.yes)
    target = Aws(**asdict(agreement.request), here=here)
    target.install_guard()
    try:
        target.check()
    finally:
        guard.uninstall()
    plan = plan_of(modules, region=target.regions[0], workers=workers)
    for line in plan_lines(plan, target.describe()):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not agreement.is_given and not is_yes(console.input(QUESTION, markup=False)):
        raise Declined("The plan was declined; nothing was made.", "Run again to be asked again.")
    return target.run_id


def aws_arguments(request: AwsRequest) -> list[str]:
    """Return pytest's options for a run that was agreed on."""
    given = {
        "--aws-account": request.account,
        "--aws-profile": request.profile,
        "--aws-second-profile": request.second_profile,
        "--aws-region": request.region,
        "--aws-second-region": request.second_region,
    }
    named = [f"{name}={value}" for name, value in given.items() if value]
    return ["--real-aws", "--aws-yes", *named]


@contextmanager
def told_of(run: str) -> Iterator[None]:
    """Say what is left of a run that is broken off by its user.

    Args:
        run: Its id; empty for a run that isn't on AWS.
    """
    try:
        yield
    except KeyboardInterrupt:
        from harness.targets.aws.journal import journal_of

        if not run or not (left := journal_of(run).left()):
            raise
        raise HarnessError(
            f"The run was broken off, and {len(left)} things that it made may still be there.",
            f'"harness aws sweep --run {run} --delete" deletes them.',
        ) from None
