"""One emulator as a child process: started, ready, ended with everything it started."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

from harness import wire
from harness.errors import HarnessError

from .health import info_of

LOG_NAME: Final = "emulator.log"
READY_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_TAIL_LINES: Final = 40
_OWN_FOLDERS: Final = ("HOME", "XDG_CACHE_HOME", "TMPDIR", "FILESYSTEM_ROOT")
_PORT_TAKEN: Final = 71  # harness.overlays.core.patches ends the process with it


class PortTakenError(Exception):
    """Somebody else listened on the port first."""


class EmulatorProcess:
    """LocalStack with our overlays in a process of its own.

    The child leads its own session, so that Ctrl-C reaches the caller alone, who then ends the
    child in order. A pipe ties it to the caller: however that one ends, the kernel closes the pipe
    and the child ends itself.

    Args:
        python: Interpreter of the emulator's Python environment.
        variables: The child's whole environment (`harness.emulator.settings`).
        state: Its folder; the log is written there.
        port: Loopback port that `variables` tell it to listen on.
    """

    def __init__(
        self, *, python: Path, variables: Mapping[str, str], state: Path, port: int
    ) -> None:
        self._python, self._variables = python, dict(variables)
        self.state, self.port = state, port
        self._child: subprocess.Popen[bytes] | None = None
        self._lifeline: int | None = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self, *, lifeline: bool = True) -> None:
        """Start the child and return when it answers.

        Args:
            lifeline: Whether it ends with this process. Without, it stays until it is stopped.

        Raises:
            PortTakenError: It could not listen on its port.
            HarnessError: It ended, or gave no healthy answer in time; its last log lines are
                the error's note. It is gone then.
        """
        for name in _OWN_FOLDERS:
            Path(self._variables[name]).mkdir(parents=True, exist_ok=True)
        ready, announce = os.pipe()
        inherited = {wire.READY_FD: announce}
        if lifeline:
            held, self._lifeline = os.pipe()
            inherited[wire.LIFELINE_FD] = held
            lifelines.add(self._lifeline)
        try:
            with (self.state / LOG_NAME).open("ab") as log:
                self._child = subprocess.Popen(
                    [self._python, "-m", "localstack.runtime.main"],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.state,
                    env=self._variables | {name: str(fd) for name, fd in inherited.items()},
                    pass_fds=tuple(inherited.values()),
                    start_new_session=True,
                )
        finally:
            for descriptor in inherited.values():
                os.close(descriptor)
        try:
            self._await_ready(ready)
        except BaseException:
            self.stop()
            raise
        finally:
            os.close(ready)

    def stop(self) -> None:
        """End the child and all that it started; quietly when there is nothing to end."""
        child, self._child = self._child, None
        if child is None:
            return
        family = _descendants(child.pid)
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        finally:
            _end(family)
            if self._lifeline is not None:
                lifelines.discard(self._lifeline)
                os.close(self._lifeline)
                self._lifeline = None

    def exit_code(self) -> int | None:
        """Return the exit code of a child that ended by itself; None while it runs."""
        return self._child.poll() if self._child else None

    def log_tail(self, lines: int = _TAIL_LINES) -> str:
        """Return the last lines that the child wrote."""
        return log_tail(self.state / LOG_NAME, lines)

    def _await_ready(self, ready: int) -> None:
        assert self._child is not None
        is_told, _, _ = select.select([ready], [], [], READY_SECONDS)
        if is_told and os.read(ready, 1):
            if info_of(self.port, timeout_seconds=READY_SECONDS):
                return
        elif is_told:  # the pipe's other end is closed: the child is ending
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_SECONDS)
            if self._child.returncode == _PORT_TAKEN:
                raise PortTakenError(self.port)
            if self._child.returncode is not None:
                raise self._failure(
                    f"The emulator ended while it started (exit code {self._child.returncode})."
                )
        raise self._failure(f"The emulator gave no healthy answer in {READY_SECONDS:.0f} s.")

    def _failure(self, problem: str) -> HarnessError:
        error = HarnessError(
            problem, 'Its last log lines follow; "harness doctor" checks the machine.'
        )
        error.add_note(self.log_tail() or "(The log is empty.)")
        return error


def log_tail(file: Path, lines: int = _TAIL_LINES) -> str:
    """Return the last lines of a log file; nothing when it doesn't exist."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, os.fstat(log.fileno()).st_size - 200 * lines))
            text = log.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


lifelines: set[int] = set()
"""Pipe ends of this process whose closing ends an emulator."""


def _drop_lifelines() -> None:
    # A forked child that lives on would keep the parent's emulators alive after the parent.
    for descriptor in lifelines:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    lifelines.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_drop_lifelines)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _end(processes: list[psutil.Process]) -> None:
    """Kill what outlived the emulator: it was asked to end its functions and has had its time."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=STOP_SECONDS)
