"""What the targets share that run LocalStack with our overlays, wherever it runs."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from harness import wire
from harness.emulator.health import ask, info_of
from harness.errors import HarnessError

from .emulated_time import EmulatedTime

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

    from .sessions import EmulatorSession

_INTERNAL_ACCOUNT = "949334387222"  # LocalStack keeps its own resources there


class Emulated(ABC):
    """A target with a control API, where every test module has an account of its own.

    A subclass starts and stops an emulator and says where it answers.
    """

    name: str
    capabilities = frozenset({"reset", "environments", "inbox", "time-travel", "trace", "iam"})
    regions: tuple[str, ...] = ("us-east-1", "eu-west-1")

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, str], EmulatorSession] = {}
        self.accounts = (self.new_account(), self.new_account())
        self.time = EmulatedTime(self._ask)

    @abstractmethod
    def start(self) -> None:
        """Attach to a fitting emulator, or start one and return when it answers."""

    @abstractmethod
    def stop(self) -> None:
        """End an emulator of its own; one that is shared stays for the others."""

    @abstractmethod
    def evidence(self) -> str:
        """Return the last lines of its log."""

    @property
    @abstractmethod
    def host(self) -> str:
        """Address on which it answers."""

    @property
    @abstractmethod
    def port(self) -> int:
        """Port on which it answers."""

    @property
    @abstractmethod
    def is_shared(self) -> bool:
        """Whether it outlives this target."""

    @abstractmethod
    def ending(self) -> HarnessError | None:
        """Say how the emulator ended, if it did by itself; None while it runs."""

    @property
    def endpoint_url(self) -> str:
        """Where AWS's APIs and the control API answer over http."""
        return f"http://{self.host}:{self.port}"

    @property
    def secure_url(self) -> str:
        """Where the same answers over https."""
        return f"https://{self.host}:{self.port}"

    @property
    @abstractmethod
    def certificate_authority(self) -> str:
        """File with the certificates that https goes by."""

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
        # boto3 takes a tenth of a second to import: not before somebody wants a client.
        from .sessions import EmulatorSession

        key = (account or self.accounts[0], region or self.regions[0])
        if key not in self._sessions:
            self._sessions[key] = EmulatorSession(
                account=key[0],
                region=key[1],
                endpoint_url=self.endpoint_url,
                secure_url=self.secure_url,
                authority=self.certificate_authority,
            )
        return self._sessions[key]

    def new_account(self) -> str:
        account = f"{secrets.choice('123456789')}{secrets.randbelow(10**11):011}"
        return account if account != _INTERNAL_ACCOUNT else self.new_account()

    def release_account(self, account: str) -> None:
        """Forget all that an account has, in all regions.

        Raises:
            HarnessError: The emulator doesn't answer any more.
        """
        for key in [key for key in self._sessions if key[0] == account]:
            del self._sessions[key]
        self._control(wire.RESET_PATH, {"account": account})

    def decide_calls(self, mode: str, *, account: str | None = None) -> None:
        """Say whether IAM's policies decide about an account's calls.

        Args:
            mode: `enforce`; `audit`, to allow and report; or `off`.
            account: The account; absent, all that weren't given a mode.
        """
        named = {"account": account} if account else {}
        self._control(wire.IAM_PATH, {"mode": mode, **named})

    def iam(self, account: str) -> dict[str, Any]:
        """Return what an account's policies do, and what they denied.

        Raises:
            HarnessError: The emulator doesn't answer.
        """
        found: dict[str, Any] = self._told(f"{wire.IAM_PATH}?account={account}")
        return found

    def denials(self, account: str) -> list[dict[str, str]]:
        """Return what an account's policies have denied, or would have, the oldest first."""
        found: list[dict[str, str]] = self.iam(account)["denials"]
        return found

    def describe(self) -> dict[str, Any]:
        return {
            "target": self.name,
            "endpoint": self.endpoint_url,
            "is_shared": self.is_shared,
            **(info_of(self.port, host=self.host) or {}),
        }

    def _told(self, path: str) -> Any:
        return self._answer("GET", path, None)

    def _control(self, path: str, document: dict[str, Any]) -> Any:
        return self._answer("POST", path, document)

    def _answer(self, method: str, path: str, document: Any) -> Any:
        status, answer = self._ask(method, path, document)
        if status != 200:
            raise self._failure(
                f"The emulator answered {path} with status {status}: {answer}.",
                "Its last log lines follow.",
            )
        return answer

    def _ask(
        self, method: str, path: str, document: Any = None, *, timeout_seconds: float = 60
    ) -> tuple[int, Any]:
        try:
            return ask(
                self.port, method, path, document, host=self.host, timeout_seconds=timeout_seconds
            )
        except OSError as problem:
            if ending := self.ending():
                raise ending from problem
            raise self._failure(
                f"The emulator doesn't answer at {self.endpoint_url}: {problem}.",
                "Its last log lines follow; start the tests again.",
            ) from problem

    def _failure(self, problem: str, remedy: str) -> HarnessError:
        error = HarnessError(problem, remedy)
        error.add_note(self.evidence() or "(The log is empty or gone.)")
        return error
