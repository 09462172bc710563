"""Who calls: the credentials have to be for the account that was named, and not its root user's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.errors import HarnessError, UsageProblem

from .configuration import Configuration
from .problems import explained
from .production import refuse_production
from .sessions import Profile


class IdentityRefused(HarnessError):
    """The credentials aren't those that a run may use."""

    exit_code = 2


@dataclass(frozen=True)
class Caller:
    """Whom AWS takes the credentials for.

    Attributes:
        account: The account's id.
        arn: The user or role.
        partition: The part of AWS that it is in.
    """

    account: str
    arn: str

    @property
    def is_root(self) -> bool:
        return self.arn.endswith(":root")

    @property
    def partition(self) -> str:
        return self.arn.split(":")[1]


def caller_of(session: Any, profile: str = "") -> Caller:
    """Ask AWS who calls.

    Raises:
        CredentialsProblem: The credentials are missing, expired or unknown.
        NetworkProblem: AWS can't be reached.
    """
    with explained("asking who calls (sts:GetCallerIdentity)", profile):
        answer = session.client("sts").get_caller_identity()
    return Caller(answer["Account"], answer["Arn"])


def checked_caller(session: Any, profile: Profile, account: str, rules: Configuration) -> Caller:
    """Return who calls, once nothing speaks against a run in the named account.

    Args:
        session: A session with the profile's credentials.
        profile: The profile.
        account: The account that the user named.
        rules: What the project says about production.

    Raises:
        IdentityRefused: The credentials are for another account, or its root user's.
        ProductionRefused: The account is production's.
    """
    caller = caller_of(session, str(profile))
    if caller.account != account:
        raise IdentityRefused(
            f"The credentials are for the account {caller.account} ({caller.arn}), and "
            f"--aws-account names {account}.",
            f"Name another profile ({profile} was used), or the other account.",
        )
    _refuse_root(caller, profile)
    refuse_production(session, caller.account, rules, str(profile))
    return caller


def checked_second_caller(
    session: Any, profile: Profile, first: str, rules: Configuration
) -> Caller:
    """Return who calls with the second profile, which has to be for another account.

    Raises:
        UsageProblem: It is for the same account.
        IdentityRefused: It is the root user's.
        ProductionRefused: The account is production's.
    """
    caller = caller_of(session, str(profile))
    if caller.account == first:
        raise UsageProblem(
            f"The account {first} is that of {profile} as well.",
            "The second profile has to be for another account.",
        )
    _refuse_root(caller, profile)
    refuse_production(session, caller.account, rules, str(profile))
    return caller


def _refuse_root(caller: Caller, profile: Profile) -> None:
    if caller.is_root:
        raise IdentityRefused(
            f"The credentials of the root user of {caller.account} are not used ({profile}).",
            "Use a user or a role whose permissions end somewhere.",
        )
