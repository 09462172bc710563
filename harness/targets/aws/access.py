"""Where a run may go on AWS, and with whose credentials: read from this machine, nothing sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from harness.errors import UsageProblem
from harness.targets import guard

from . import problems
from .configuration import Configuration
from .endpoints import AwsHosts, sign_in_hosts
from .identity import Caller, checked_caller, checked_second_caller
from .request import AwsRequest, check_region
from .sessions import AwsSession, Profile
from .stand_in import StandIn, stand_in


class Access:
    """The profiles and regions that a request names.

    Args:
        request: What the user asked for.
        rules: Which accounts are production's.
        regions: The regions in place of those of the request, for looking into more than two.

    Raises:
        UsageProblem: A profile isn't there, or no region is known.
    """

    def __init__(
        self, request: AwsRequest, rules: Configuration, *, regions: Sequence[str] = ()
    ) -> None:
        self.request, self._rules = request, rules
        self.stand_in: StandIn | None = stand_in()
        self._first = Profile(request.profile, self.stand_in)
        self._second = (
            Profile(request.second_profile, self.stand_in) if request.second_profile else None
        )
        self.regions = tuple(regions) or _regions(request, self._first)
        self.profiles: dict[str, Profile] = {request.account: self._first}
        self.callers: dict[str, Caller] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}

    def allows(self, host: str) -> bool:
        """Say whether a connection to a host beyond this machine is the run's business."""
        return host in self._hosts

    def install_guard(self) -> None:
        """Refuse connections beyond this machine, but for AWS's endpoints in the regions."""
        guard.install(
            allow=self.allows,
            remedy="A run on the stand-in stays on this machine."
            if self.stand_in
            else f"This run reaches AWS's endpoints in {' and '.join(self.regions)} alone.",
        )

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Guard this process and check who calls, for as long as the context lasts.

        What boto3 raises inside is worded for people.
        """
        self.install_guard()
        try:
            self.check()
            with problems.explained("looking into the account", str(self._first)):
                yield
        finally:
            guard.uninstall()

    def check(self) -> None:
        """Ask AWS who calls, and refuse what a run may not use; before anything else is sent.

        Raises:
            IdentityRefused: The credentials are for another account, or a root user's.
            ProductionRefused: An account is production's, or can't be told from one.
            CredentialsProblem: There are none, or AWS doesn't take them.
        """
        account, region = self.request.account, self.regions[0]
        session = self._first.session(region)
        self.callers[account] = checked_caller(session, self._first, account, self._rules)
        if self._second:
            session = self._second.session(region)
            caller = checked_second_caller(session, self._second, account, self._rules)
            self.callers[caller.account] = caller
            self.profiles[caller.account] = self._second

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that were checked, the one that was named first."""
        return tuple(self.callers) or (self.request.account,)

    def session(
        self, account: str, region: str, *, hooks: Callable[[Any], None] | None = None
    ) -> AwsSession:
        """Return a session in an account.

        Raises:
            UsageProblem: The run has no credentials for it.
        """
        if account not in self.callers:
            raise UsageProblem(
                f"This run has no credentials for the account {account}.",
                f"It has {' and '.join(self.callers) or 'none so far'}; a second profile adds one.",
            )
        return self.profiles[account].session(region, hooks=hooks)

    def client(self, service: str, account: str, region: str) -> Any:
        """Return a client that isn't watched, for what the harness does itself."""
        key = (service, account, region)
        if key not in self._clients:
            self._clients[key] = self.session(account, region).client(service)
        return self._clients[key]

    def profile_names(self) -> Mapping[str, str]:
        """Return each account's profile, empty text for the default credentials."""
        return {account: self.profiles[account].name or "" for account in self.accounts}

    @property
    def _hosts(self) -> AwsHosts:
        if not hasattr(self, "_known_hosts"):
            # A stand-in is on this machine, and all of AWS is beyond it.
            self._known_hosts = AwsHosts(() if self.stand_in else self.regions, self._sign_in())
        return self._known_hosts

    def _sign_in(self) -> set[str]:
        if self.stand_in:
            return set()
        hosts: set[str] = set()
        for profile in filter(None, (self._first, self._second)):
            hosts |= sign_in_hosts(profile.region, profile.settings, profile.all_settings)
        return hosts


def _regions(request: AwsRequest, profile: Profile) -> tuple[str, ...]:
    first = request.region or profile.region
    if not first:
        raise UsageProblem(
            f"No region was named, and {profile} has none.",
            "Name one, such as --region us-east-1 (pytest: --aws-region).",
        )
    check_region(first, "The region")
    if request.second_region == first:
        raise UsageProblem(f"Both regions are {first}.", "Name two regions.")
    return (first, request.second_region) if request.second_region else (first,)
