"""Which accounts a sweep looks into: the one that is named, or those that the journals name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.errors import UsageProblem

from .access import Access
from .configuration import Configuration
from .journal import RunHead
from .request import AwsRequest, check_region
from .runs import known_runs
from .stand_in import stand_in


@dataclass
class Place:
    """An account to look into.

    Attributes:
        account: Its id.
        profile: The profile with its credentials; None for what boto3 finds by itself.
        second_profile: The profile of the account that its runs used beside it.
        regions: The regions to look into.
    """

    account: str
    profile: str | None = None
    second_profile: str | None = None
    regions: list[str] = field(default_factory=list)

    def access(self, rules: Configuration) -> Access:
        """Return the way into it; nothing is sent."""
        request = AwsRequest(self.account, self.profile, self.second_profile)
        return Access(request, rules, regions=self.regions)


def places(
    account: str | None, profile: str | None, regions: Sequence[str], run: str | None
) -> list[Place]:
    """Return where to look.

    Args:
        account: The account that was named; None for all that the journals name.
        profile: The profile that was named.
        regions: The regions that were named, beside those of the journals.
        run: The only run to look for.

    Raises:
        UsageProblem: A region isn't known, or a profile is named without an account.
    """
    for region in regions:
        check_region(region, "--region")
    if profile and not account:
        raise UsageProblem(
            "--profile doesn't say which account may be looked into.",
            "Name it: --aws-account 123456789012.",
        )
    found: dict[str, Place] = {}
    place = stand_in()
    for _, head in known_runs(place.url if place else ""):
        if account in (None, head.account) and run in (None, head.run):
            _add(found.setdefault(head.account, Place(head.account)), head)
    if account and account not in found:
        found[account] = Place(account)
    for one in found.values():
        one.profile = profile or one.profile
        one.regions = list(dict.fromkeys([*one.regions, *regions]))
    return list(found.values())


def _add(place: Place, head: RunHead) -> None:
    place.profile = head.profiles.get(head.account) or place.profile
    for account, profile in head.profiles.items():
        if account != head.account and profile:
            place.second_profile = profile
    place.regions += [region for region in head.regions if region not in place.regions]
