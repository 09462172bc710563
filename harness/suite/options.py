"""The plugin's options: how they are spelled, and which of them make sense."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness import wire
from harness.errors import UsageProblem

if TYPE_CHECKING:
    from harness.targets.aws.request import AwsRequest

DEFAULT_TARGET = "embedded"
DEFAULT_IAM = "enforce"
IAM_INI = "harness_iam"


@dataclass(frozen=True)
class RunOptions:
    """What a run was asked for.

    Attributes:
        target: Name of the target that scenarios run on.
        keep_stacks: Whether stacks and accounts outlive their module, to be looked at.
        claims_file: The claims registry, as asked for; None to look for it.
        report_folder: Where to write the report; None for no report.
        events_file: Where to append what happens as it happens, for `harness run`.
        aws: What was asked for with --real-aws, None without it.
        is_agreed: Whether the plan of a run on AWS needs no answer.
        aws_run: The id of a run on AWS, where `harness run` has given it one.
        iam: Whether policies decide about calls: `enforce`, `audit` or `off`.
    """

    target: str
    keep_stacks: bool
    claims_file: Path | None
    report_folder: Path | None
    events_file: Path | None
    aws: AwsRequest | None = None
    is_agreed: bool = False
    aws_run: str = ""
    iam: str = DEFAULT_IAM


RUN_OPTIONS = pytest.StashKey[RunOptions]()


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest."""
    group = parser.getgroup("harness", "AWS pattern harness")
    group.addoption(
        "--target",
        metavar="NAME",
        help="where scenarios run: embedded, LocalStack as a child process (default); container, "
        "LocalStack in Docker; aws, only with --real-aws",
    )
    _add_aws_options(group)
    group.addoption(
        "--keep-stacks",
        action="store_true",
        help="leave stacks as they are at the end, to look at them afterwards",
    )
    group.addoption(
        "--iam",
        choices=wire.IAM_MODES,
        help="what IAM's policies do about calls that they don't allow: enforce, refuse them as "
        "AWS does (default); audit, let them through and say what would allow them; off, nothing",
    )
    parser.addini(IAM_INI, f"the default of --iam ({', '.join(wire.IAM_MODES)})", default=None)
    group.addoption(
        "--harness-report",
        metavar="DIR",
        help="write index.html, claims.json and run.json about this run to DIR",
    )
    group.addoption(
        "--claims",
        metavar="FILE",
        help="the claims that tests may name (default: claims.yaml or scenarios/claims.yaml)",
    )
    # Only `harness run` passes them.
    group.addoption("--harness-events", metavar="FILE", help=argparse.SUPPRESS)
    group.addoption("--harness-aws-run", metavar="ID", default="", help=argparse.SUPPRESS)


def _add_aws_options(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--real-aws",
        action="store_true",
        help="run on the AWS account that --aws-account names; it costs money",
    )
    group.addoption(
        "--aws-account",
        metavar="ID",
        help="the account that --real-aws may use, 12 digits; there is no default",
    )
    group.addoption(
        "--aws-profile",
        metavar="NAME",
        help="the AWS profile with the account's credentials (default: as boto3 finds them)",
    )
    group.addoption(
        "--aws-second-profile",
        metavar="NAME",
        help="a profile of another account, for scenarios that cross accounts",
    )
    group.addoption(
        "--aws-region",
        metavar="REGION",
        help="the region that --real-aws uses (default: the profile's)",
    )
    group.addoption(
        "--aws-second-region",
        metavar="REGION",
        help="another region, for scenarios that cross regions",
    )
    group.addoption(
        "--aws-yes",
        action="store_true",
        help="don't ask whether the plan of a run on AWS may be carried out",
    )


def options_of(config: pytest.Config) -> RunOptions:
    """Read the options of a run.

    Raises:
        UsageProblem: They don't go together, or ask for what this version doesn't have.
    """
    aws = _aws_request(config)
    target = "aws" if aws else config.getoption("target") or DEFAULT_TARGET
    if target != DEFAULT_TARGET and not aws:
        from harness.targets import target_named

        target_named(target)
    return RunOptions(
        target=target,
        keep_stacks=config.getoption("keep_stacks"),
        claims_file=_path(config, "claims"),
        report_folder=_path(config, "harness_report"),
        events_file=_path(config, "harness_events"),
        aws=aws,
        is_agreed=config.getoption("aws_yes"),
        aws_run=config.getoption("harness_aws_run"),
        iam=_iam_mode(config, is_real=aws is not None),
    )


def _iam_mode(config: pytest.Config, *, is_real: bool) -> str:
    asked = config.getoption("iam")
    if is_real and asked not in (None, DEFAULT_IAM):
        raise UsageProblem(
            f"--iam {asked} doesn't go with --real-aws: on AWS policies always decide.",
            "Leave it out.",
        )
    mode = str(asked or config.getini(IAM_INI) or DEFAULT_IAM)
    if mode not in wire.IAM_MODES:
        raise UsageProblem(
            f"Unknown {IAM_INI} {mode!r} ({', '.join(wire.IAM_MODES)}).", "Correct it."
        )
    return mode


def _aws_request(config: pytest.Config) -> AwsRequest | None:
    given = {
        name: config.getoption(f"aws_{name}")
        for name in ("account", "profile", "second_profile", "region", "second_region", "yes")
    }
    target, real_aws = config.getoption("target"), config.getoption("real_aws")
    # Without any of them nothing of AWS is imported: most runs pay for none of it.
    if not real_aws and not any(given.values()) and target != "aws":
        return None
    from harness.targets.aws.request import PYTEST, aws_request

    return aws_request(PYTEST, target=target, real_aws=real_aws, **given)


def _path(config: pytest.Config, option: str) -> Path | None:
    value = config.getoption(option)
    return (config.invocation_params.dir / value) if value else None
