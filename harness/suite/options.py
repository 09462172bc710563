"""The plugin's options: how they are spelled, and which of them make sense."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.errors import UsageProblem

DEFAULT_TARGET = "embedded"
IAM_MODES = ("enforce", "audit", "off")


@dataclass(frozen=True)
class RunOptions:
    """What a run was asked for.

    Attributes:
        target: Name of the target that scenarios run on.
        keep_stacks: Whether stacks and accounts outlive their module, to be looked at.
        claims_file: The claims registry, as asked for; None to look for it.
        report_folder: Where to write the report; None for no report.
        events_file: Where to append what happens as it happens, for `harness run`.
    """

    target: str
    keep_stacks: bool
    claims_file: Path | None
    report_folder: Path | None
    events_file: Path | None


RUN_OPTIONS = pytest.StashKey[RunOptions]()


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest."""
    group = parser.getgroup("harness", "AWS pattern harness")
    group.addoption(
        "--target",
        default=DEFAULT_TARGET,
        metavar="NAME",
        help="where scenarios run: embedded, LocalStack as a child process (default)",
    )
    group.addoption(
        "--real-aws",
        action="store_true",
        help="allow calls to a real AWS account; not available in this version",
    )
    group.addoption(
        "--aws-account",
        metavar="ID",
        help="the account that --real-aws may use; not available in this version",
    )
    group.addoption(
        "--aws-region",
        metavar="REGION",
        help="the region that --real-aws uses; not available in this version",
    )
    group.addoption(
        "--keep-stacks",
        action="store_true",
        help="leave stacks as they are at the end, to look at them afterwards",
    )
    group.addoption(
        "--iam",
        choices=IAM_MODES,
        default="off",
        help="whether IAM policies decide about calls; this version knows off (default)",
    )
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
    # Only `harness run` passes it.
    group.addoption("--harness-events", metavar="FILE", help=argparse.SUPPRESS)


def options_of(config: pytest.Config) -> RunOptions:
    """Read the options of a run.

    Raises:
        UsageProblem: One asks for what this version doesn't have.
    """
    if config.getoption("real_aws") or config.getoption("aws_account"):
        raise UsageProblem(
            "Runs against a real AWS account are not available in this version.",
            "Leave out --real-aws and --aws-account to run on the embedded target.",
        )
    if config.getoption("aws_region"):
        raise UsageProblem(
            "--aws-region goes with --real-aws, which is not available in this version.",
            "Leave it out; a test names another region with client(…, region=…).",
        )
    if (mode := config.getoption("iam")) != "off":
        raise UsageProblem(
            f"--iam {mode} is not available in this version: no IAM policy is evaluated yet.",
            "Leave it out, or say --iam off.",
        )
    target = config.getoption("target")
    if target != DEFAULT_TARGET:
        from harness.targets import target_named

        target_named(target)
    return RunOptions(
        target=target,
        keep_stacks=config.getoption("keep_stacks"),
        claims_file=_path(config, "claims"),
        report_folder=_path(config, "harness_report"),
        events_file=_path(config, "harness_events"),
    )


def _path(config: pytest.Config, option: str) -> Path | None:
    value = config.getoption(option)
    return (config.invocation_params.dir / value) if value else None
