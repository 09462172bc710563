"""LocalStack with our overlays as a child process on this machine."""

from __future__ import annotations

import atexit
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness import wire
from harness.emulator import launch
from harness.emulator.function_platform import function_platform
from harness.emulator.health import ask, info_of
from harness.emulator.process import LOG_NAME, log_tail
from harness.emulator.running import RunningEmulator
from harness.errors import HarnessError

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

    from .sessions import EmulatorSession

_INTERNAL_ACCOUNT = "949334387222"  # LocalStack keeps its own resources there


class Embedded:
    """An emulator on loopback: a warm one of `harness up` if it fits, else one of its own.

    Its own ends with this process, however that ends, and leaves nothing behind.

    Args:
        reuse: Whether a running one may be used that runs the same overlays.
        port: The port it has to have; any free one when absent.
        state_dir: Where it writes; in the cache when absent.
        run: Id of a test run whose processes share one emulator; the first one that needs it
            starts it.
        owner: Process id with which such a shared emulator ends: the test run's main process.
    """

    name = "embedded"
    capabilities = frozenset({"reset", "environments"})
    regions: tuple[str, ...] = ("us-east-1", "eu-west-1")

    def __init__(
        self,
        *,
        reuse: bool = True,
        port: int | None = None,
        state_dir: Path | None = None,
        run: str = "",
        owner: int | None = None,
    ) -> None:
        self._reuse, self._port, self._state_dir = reuse, port, state_dir
        self._run, self._owner = run, owner
        self._emulator: RunningEmulator | None = None
        self._launched: launch.Launched | None = None
        self._sessions: dict[tuple[str, str], EmulatorSession] = {}
        self.accounts = (self.new_account(), self.new_account())

    @property
    def endpoint_url(self) -> str:
        return self._running().endpoint

    def start(self) -> None:
        """Attach to a fitting warm emulator, or start one and return when it answers.

        Raises:
            MissingRequirement: The port is taken, or the machine lacks something.
            HarnessError: It did not start; its last log lines are the error's note.
        """
        if self._emulator is not None:
            return
        self._emulator = self._warm() or self._shared() or self._own()

    def stop(self) -> None:
        """End an emulator of its own; one that is shared stays for the others."""
        launched, self._launched = self._launched, None
        self._emulator = None
        self._sessions.clear()
        if launched is not None:
            atexit.unregister(self.stop)
            launched.stop()

    def client(
        self,
        service: str,
        *,
        account: str | None = None,
        region: str | None = None,
        config: Config | None = None,
    ) -> Any:
        return self.session(account=account, region=region).client(service, config=config)

    def session(self, *, account: str | None = None, region: str | None = None) -> boto3.Session:
        # boto3 takes a tenth of a second to import: not before somebody wants a client.
        from .sessions import EmulatorSession

        key = (account or self.accounts[0], region or self.regions[0])
        if key not in self._sessions:
            self._sessions[key] = EmulatorSession(
                account=key[0], region=key[1], endpoint_url=self.endpoint_url
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

    def function_platform(self, runtime: str, architecture: str) -> tuple[str, str]:
        """Say what a function of a runtime and architecture runs on here."""
        return function_platform(runtime, architecture)

    def describe(self) -> dict[str, Any]:
        emulator = self._running()
        return {
            "target": self.name,
            "endpoint": emulator.endpoint,
            "is_shared": self._launched is None,
            **(info_of(emulator.port) or {}),
        }

    def evidence(self) -> str:
        return log_tail(Path(self._running().state) / LOG_NAME)

    def _warm(self) -> RunningEmulator | None:
        if not self._reuse or self._state_dir:
            return None
        return self._answering(launch.ANYONE)

    def _shared(self) -> RunningEmulator | None:
        if not self._run:
            return None
        return launch.shared_by_run(self._run, self._owner)

    def _own(self) -> RunningEmulator:
        self._launched = launch.launch(port=self._port, state=self._state_dir)
        atexit.register(self.stop)
        return self._launched.emulator

    def _answering(self, share: str) -> RunningEmulator | None:
        emulator = launch.attachable(share)
        if emulator is None or self._port not in (None, emulator.port):
            return None
        return emulator if info_of(emulator.port) else None

    def _running(self) -> RunningEmulator:
        if self._emulator is None:
            raise RuntimeError("the target isn't started")
        return self._emulator

    def _control(self, path: str, document: dict[str, Any]) -> Any:
        try:
            status, answer = ask(self._running().port, "POST", path, document)
        except OSError as problem:
            raise self._failure(
                f"The emulator doesn't answer at {self.endpoint_url}: {problem}.",
                "Its last log lines follow; start the tests again.",
            ) from problem
        if status != 200:
            raise self._failure(
                f"The emulator answered {path} with status {status}: {answer}.",
                "Its last log lines follow.",
            )
        return answer

    def _failure(self, problem: str, remedy: str) -> HarnessError:
        error = HarnessError(problem, remedy)
        error.add_note(self.evidence() or "(The log is empty or gone.)")
        return error
