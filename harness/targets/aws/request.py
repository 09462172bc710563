"""What a user asks for with `--real-aws`, checked before anything is sent."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from harness.errors import UsageProblem

NAME: Final = "aws"
"""The word of `--target` that `--real-aws` stands for."""


class OptionNames(NamedTuple):
    """How a command spells the options, for its errors."""

    profile: str
    second_profile: str
    region: str
    second_region: str
    yes: str


PYTEST: Final = OptionNames(
    "--aws-profile", "--aws-second-profile", "--aws-region", "--aws-second-region", "--aws-yes"
)
HARNESS: Final = OptionNames(
    "--profile", "--second-profile", "--region", "--second-region", "--yes"
)


@dataclass(frozen=True)
class AwsRequest:
    """What a run on AWS was asked for.

    Attributes:
        account: The account's id; the credentials have to be for it.
        profile: The profile with them; None for what boto3 finds by itself.
        second_profile: The profile of another account, for cross-account scenarios.
        region: The region; None for the profile's own.
        second_region: Another region, for cross-region scenarios.
    """

    account: str
    profile: str | None = None
    second_profile: str | None = None
    region: str | None = None
    second_region: str | None = None


def aws_request(
    names: OptionNames,
    *,
    target: str | None,
    real_aws: bool,
    account: str | None,
    profile: str | None,
    second_profile: str | None,
    region: str | None,
    second_region: str | None,
    yes: bool,
) -> AwsRequest | None:
    """Check the options that belong to `--real-aws`.

    Args:
        names: How they are spelled where they were given.
        target: The target as asked for; None when none was.

    Returns:
        What is asked for, None for a run without AWS.

    Raises:
        UsageProblem: They don't go together, or one isn't what AWS knows.
    """
    if not real_aws:
        given = {
            "--aws-account": account,
            names.profile: profile,
            names.second_profile: second_profile,
            names.region: region,
            names.second_region: second_region,
            names.yes: yes,
        }
        _refuse_without_flag(target, [name for name, value in given.items() if value])
        return None
    if target not in (None, NAME):
        raise UsageProblem(
            f"--real-aws and --target {target} name two places to run in.", "Leave out one of them."
        )
    if not account:
        raise UsageProblem(
            "--real-aws doesn't say which account may be used.",
            "Name it: --aws-account 123456789012. There is no default.",
        )
    check_account(account)
    if second_profile is not None and second_profile == profile:
        raise UsageProblem(
            f'{names.profile} and {names.second_profile} are both "{profile}".',
            "The second one has to be for another account.",
        )
    for name, given_region in ((names.region, region), (names.second_region, second_region)):
        if given_region is not None:
            check_region(given_region, name)
    if second_region is not None and second_region == region:
        raise UsageProblem(
            f"{names.region} and {names.second_region} are both {region}.", "Name two regions."
        )
    return AwsRequest(account, profile, second_profile, region, second_region)


def check_account(account: str) -> None:
    """Refuse what can't be an account's id.

    Raises:
        UsageProblem: It hasn't 12 digits.
    """
    if not re.fullmatch(r"[0-9]{12}", account):
        raise UsageProblem(
            f'--aws-account "{account}" isn\'t an account id.', "An account id has 12 digits."
        )


def check_region(region: str, option: str) -> None:
    """Refuse a region that AWS doesn't have.

    Raises:
        UsageProblem: botocore's list of regions lacks it.
    """
    if region in (known := known_regions()):
        return
    close = difflib.get_close_matches(region, known, n=1)
    meant = f'Did you mean "{close[0]}"?' if close else "A region is spelled like us-east-1."
    raise UsageProblem(
        f'{option} "{region}" is no region that this version of botocore knows.', meant
    )


@cache
def known_regions() -> tuple[str, ...]:
    """Return the names of all regions in all of AWS's partitions."""
    return tuple(region for one in endpoint_data() for region in one["regions"])


@cache
def endpoint_data() -> list[dict[str, Any]]:
    """Return what botocore knows of AWS's partitions: regions, services, host names."""
    import botocore.session

    loader = botocore.session.Session().get_component("data_loader")
    partitions: list[dict[str, Any]] = loader.load_data("endpoints")["partitions"]
    return partitions


def _refuse_without_flag(target: str | None, given: list[str]) -> None:
    if target == NAME:
        raise UsageProblem(
            "--target aws alone doesn't reach an AWS account.",
            "Say so and name it: --real-aws --aws-account 123456789012.",
        )
    if given:
        raise UsageProblem(
            f"{' and '.join(given)} {'goes' if len(given) == 1 else 'go'} with --real-aws, "
            "which isn't there.",
            "Add --real-aws and --aws-account to run on an AWS account, or leave them out.",
        )
