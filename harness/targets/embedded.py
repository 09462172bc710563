"""LocalStack with our overlays as a child process on this machine."""

from __future__ import annotations

import atexit
from pathlib import Path

from harness import wire
from harness.emulator import launch
from harness.emulator.environment import install_emulator
from harness.emulator.function_platform import function_platform
from harness.emulator.health import info_of
from harness.emulator.ports import LOOPBACK
from harness.emulator.process import LOG_NAME, log_tail
from harness.emulator.running import RunningEmulator
from harness.errors import HarnessError

from .emulated import Emulated


class Embedded(Emulated):
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

    def __init__(
        self,
        *,
        reuse: bool = True,
        port: int | None = None,
        state_dir: Path | None = None,
        run: str = "",
        owner: int | None = None,
    ) -> None:
        super().__init__()
        self._reuse, self._port, self._state_dir = reuse, port, state_dir
        self._run, self._owner = run, owner
        self._emulator: RunningEmulator | None = None
        self._launched: launch.Launched | None = None

    @property
    def host(self) -> str:
        return LOOPBACK

    @property
    def port(self) -> int:
        return self._running().port

    @property
    def certificate_authority(self) -> str:
        return str(Path(self._running().state, wire.AUTHORITY_FILE))

    @property
    def is_shared(self) -> bool:
        return self._launched is None

    def prepare(self) -> None:
        """Install what it runs with, once on a machine, and show the progress."""
        install_emulator()

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

    def function_platform(self, runtime: str, architecture: str) -> tuple[str, str]:
        """Say what a function of a runtime and architecture runs on here."""
        return function_platform(runtime, architecture)

    def ending(self) -> HarnessError | None:
        """Say how the emulator ended, if it did by itself; None while it runs."""
        if self._emulator is None or self._emulator.is_alive():
            return None
        code = self._launched.process.exit_code() if self._launched else None
        said = "" if code is None else f" (exit code {code})"
        return self._failure(
            f"The emulator at {self.endpoint_url} has ended by itself{said}, so it doesn't "
            "answer any more.",
            'Its last log lines follow; "harness doctor" checks the machine.',
        )

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
