"""The target that is a real AWS account."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil

from harness.errors import HarnessError, UsageProblem
from harness.observe import machine_time

from . import problems
from .access import Access
from .accounts import Named
from .configuration import configuration
from .creations import STACK
from .journal import Journal, RunHead, State, Thing, journal_of
from .ownership import new_run_id, owner_name, tags_of
from .removal import Removal, Stays, complaint
from .request import NAME, AwsRequest
from .tracking import Tracker

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

STAND_IN_NAME: Final = "aws-stand-in"
POLL_SECONDS: Final = 2.0
STAND_IN_POLL_SECONDS: Final = 0.5

_NO_SECOND_ACCOUNT: Final = (
    "needs a second account: this run on AWS has one "
    "(--second-profile, in pytest --aws-second-profile, names another)"
)
_NO_SECOND_REGION: Final = (
    "needs a second region: this run on AWS has one "
    "(--second-region, in pytest --aws-second-region, names another)"
)


class Aws:
    """A real account, or a stand-in for one: only where `--real-aws` and the account were named.

    What it makes is tagged, stands in a journal before it is made, and is deleted afterwards.

    Args:
        account: The account's id.
        profile: The profile with its credentials; None for what boto3 finds by itself.
        second_profile: The profile of another account.
        region: The region; None for the profile's own.
        second_region: Another region.
        run: Id of the run, which its processes share.
        owner: Process id of the run's main process; None for this one.
        keep: Whether what is made outlives the run.
        here: A folder of the project, whose configuration counts.

    Raises:
        UsageProblem: No account is named, or a profile or region isn't known.
    """

    capabilities: frozenset[str] = frozenset()

    def __init__(
        self,
        *,
        account: str = "",
        profile: str | None = None,
        second_profile: str | None = None,
        region: str | None = None,
        second_region: str | None = None,
        run: str = "",
        owner: int | None = None,
        keep: bool = False,
        here: Path | None = None,
    ) -> None:
        if not account:
            raise UsageProblem(
                "--target aws alone doesn't reach an AWS account.",
                "Say so and name it: --real-aws --aws-account 123456789012.",
            )
        request = AwsRequest(account, profile, second_profile, region, second_region)
        self._access = Access(request, configuration(here or Path.cwd()))
        self.run_id, self.owner_name = run or new_run_id(), owner_name()
        self._main_process = owner or os.getpid()
        self._keep = keep
        self._is_started = False
        self._scope = ""
        self._trackers: dict[str, Tracker] = {}
        self._sessions: dict[tuple[str, str], boto3.Session] = {}
        self.journal: Journal = journal_of(self.run_id)
        self.tell: Callable[[str], None] = lambda line: None

    @property
    def name(self) -> str:
        """What it is called in reports: what a stand-in shows isn't called AWS."""
        return STAND_IN_NAME if self._access.stand_in else NAME

    @property
    def accounts(self) -> Any:
        """The account, and the second profile's; a test that asks for one too many is skipped."""
        return Named(self._access.accounts, _NO_SECOND_ACCOUNT)

    @property
    def regions(self) -> Any:
        """The region, and the second one; a test that asks for one too many is skipped."""
        return Named(self._access.regions, _NO_SECOND_REGION)

    @property
    def endpoint_url(self) -> str:
        """Where APIs and function URLs are called: on AWS each at its own address."""
        if self._access.stand_in:
            return self._access.stand_in.url
        return str(self._raw("sts").meta.endpoint_url)

    @property
    def certificate_authority(self) -> str | None:
        """File with the certificates to trust, None for those that everybody trusts."""
        return self._access.stand_in.authority if self._access.stand_in else None

    @property
    def poll_seconds(self) -> float:
        """Pause between two looks at a stack: AWS counts calls."""
        return STAND_IN_POLL_SECONDS if self._access.stand_in else POLL_SECONDS

    def install_guard(self) -> None:
        """Refuse connections beyond this machine, but for AWS's endpoints in the run's regions."""
        self._access.install_guard()

    def check(self) -> None:
        """Ask AWS who calls, and refuse what a run may not use.

        Raises:
            HarnessError: The credentials or the account aren't to be used.
        """
        if not self._access.callers:
            self._access.check()

    @contextmanager
    def explained(self, doing: str, account: str) -> Iterator[None]:
        """Word for people what AWS refuses while the harness itself does something."""
        with problems.explained(doing, str(self._access.profiles.get(account, ""))):
            yield

    def start(self) -> None:
        """Ask AWS who calls, and begin the journal.

        Raises:
            HarnessError: The credentials or the account aren't to be used.
        """
        if self._is_started:
            return
        self.check()
        self.journal.begin(self._head())
        self._is_started = True

    def stop(self) -> None:
        """Forget the clients; `remove_everything` is for what the run made."""
        self._sessions.clear()
        self._is_started = False

    def client(
        self,
        service: str,
        *,
        account: str | None = None,
        region: str | None = None,
        config: Config | None = None,
        use_ssl: bool = True,
    ) -> Any:
        session = self.session(account=account, region=region)
        return session.client(service, config=config, use_ssl=use_ssl)

    def session(self, *, account: str | None = None, region: str | None = None) -> boto3.Session:
        key = (account or self._access.accounts[0], region or self._access.regions[0])
        self._require_region(key[1])
        if key not in self._sessions:
            self._sessions[key] = self._access.session(*key, hooks=self._tracker(key[0]).watch)
        return self._sessions[key]

    def foresee(
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        *,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Note what another program than this one is about to make.

        Raises:
            NotTracked: It couldn't be found afterwards.
        """
        region = region or self._access.regions[0]
        self._require_region(region)
        tracker = self._tracker(account or self._access.accounts[0])
        tracker.foresee(service, operation, params, region=region)

    def new_account(self) -> str:
        """Return the account: all modules share it, so that names have to differ."""
        self._scope = secrets.token_hex(4)
        return self._access.accounts[0]

    def release_account(self, account: str) -> None:
        """Delete what the journal still lists for the test module.

        Raises:
            HarnessError: Something could not be deleted.
        """
        mine = [thing for thing in self.journal.left() if thing.scope == self._scope]
        self._scope = ""
        self._remove(mine)

    def remove_stack(self, stack: str, *, account: str, region: str) -> None:
        """Delete a stack that didn't go by itself.

        Raises:
            HarnessError: It could not be deleted.
        """
        noted = [thing for thing in self.journal.left() if thing.id == stack]
        self._remove(noted or [Thing(STACK, account, region, stack, State.CREATED)])

    def remove_everything(self) -> None:
        """Delete whatever the journal still lists, at the run's end; in its main process alone.

        Raises:
            HarnessError: Something could not be deleted.
        """
        if self._is_started and not self._keep:
            removal = self._removal()
            stays = [*removal.remove(self.journal.left()), *removal.look_again()]
            if stays:
                raise complaint(stays, self.run_id)

    def left(self) -> list[Thing]:
        """Return what the journal still lists."""
        return self.journal.left()

    def describe(self) -> dict[str, Any]:
        callers = self._access.callers
        return {
            "target": self.name,
            "endpoint": self.endpoint_url,
            "account": self._access.accounts[0],
            "accounts": list(self._access.accounts),
            "regions": list(self._access.regions),
            "callers": [caller.arn for caller in callers.values()],
            "run": self.run_id,
            "is_shared": True,
        }

    def evidence(self) -> str:
        """Return nothing: AWS has no log of its own to show."""
        return ""

    def _remove(self, things: list[Thing]) -> None:
        stays: list[Stays] = self._removal().remove(things)
        if stays:
            raise complaint(stays, self.run_id)

    def _removal(self) -> Removal:
        return Removal(
            self._access.client,
            self.run_id,
            self.journal,
            poll=timedelta(seconds=self.poll_seconds),
            tell=lambda line: self.tell(line),
        )

    def _tracker(self, account: str) -> Tracker:
        if account not in self._trackers:
            profile = self._access.profiles.get(account)
            self._trackers[account] = Tracker(
                self.journal,
                account,
                tags_of(self.run_id, self.owner_name),
                client=lambda service, region: self._access.client(service, account, region),
                scope=lambda: self._scope,
                profile=str(profile or ""),
            )
        return self._trackers[account]

    def _raw(self, service: str) -> Any:
        return self._access.client(service, self._access.accounts[0], self._access.regions[0])

    def _require_region(self, region: str) -> None:
        if region not in self._access.regions:
            raise UsageProblem(
                f"This run may not use the region {region}.",
                f"It has {' and '.join(self._access.regions)}; --second-region adds one.",
            )

    def _head(self) -> RunHead:
        return RunHead(
            run=self.run_id,
            owner=self.owner_name,
            account=self._access.accounts[0],
            profiles=self._access.profile_names(),
            regions=self._access.regions,
            started=machine_time.timestamp().isoformat(timespec="seconds"),
            process=self._main_process,
            process_started=_started(self._main_process),
            machine=socket.gethostname(),
            stand_in=self._access.stand_in.url if self._access.stand_in else "",
        )


def _started(process: int) -> float:
    try:
        return psutil.Process(process).create_time()
    except psutil.Error as problem:
        raise HarnessError(
            f"The run's main process {process} is gone.", "Start the run again."
        ) from problem
