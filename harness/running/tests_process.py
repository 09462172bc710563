"""Runs pytest in a child process and hands on what it announces."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

LOOK_SECONDS: Final = 0.1
INTERRUPT_SECONDS: Final = 60.0
PATIENT_SECONDS: Final = 3600.0
"""Deleting stacks on AWS takes its time."""
OUTPUT: Final = "pytest.log"
EVENTS: Final = "--harness-events"

Event = dict[str, Any]


class TestsProcess:
    """One child process that runs pytest.

    Args:
        arguments: pytest's arguments.
        folder: Where its output is kept.
        is_shown: Whether its output goes to this process's streams, in place of a file.
        is_patient: Whether it is left to clean up after an interruption, until the next one.
    """

    __test__ = False  # pytest would take the class for tests

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        is_shown: bool,
        is_patient: bool = False,
    ) -> None:
        self._arguments, self._output, self._is_shown = arguments, folder / OUTPUT, is_shown
        self._is_patient = is_patient
        self.exit_code: int | None = None

    def events(self) -> Iterator[Event]:
        """Run it to its end and yield what it announces. An interruption is passed on to it."""
        with tempfile.TemporaryDirectory(prefix="harness-") as temporary:
            file = Path(temporary) / "events"
            file.touch()
            command = [sys.executable, "-m", "pytest", f"{EVENTS}={file}", *self._arguments]
            with contextlib.ExitStack() as stack:
                output = None
                if not self._is_shown:
                    output = stack.enter_context(self._output.open("wb"))
                events = stack.enter_context(file.open(encoding="utf-8"))
                child = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    # In the terminal's own group each Ctrl-C would reach it twice, and the second
                    # one has it give up cleaning up.
                    process_group=0 if self._is_patient else None,
                )
                try:
                    while child.poll() is None:
                        yield from _complete_lines(events)
                        with contextlib.suppress(subprocess.TimeoutExpired):
                            child.wait(LOOK_SECONDS)
                except KeyboardInterrupt:
                    # A terminal's Ctrl-C has reached the child as well; a signal to us has not.
                    child.send_signal(signal.SIGINT)
                    self._await_end(child)
                    raise
                finally:
                    if child.poll() is None:
                        child.kill()
                        child.wait()
                yield from _complete_lines(events)
                self.exit_code = child.returncode

    def _await_end(self, child: subprocess.Popen[bytes]) -> None:
        """Let it clean up; a second interruption is passed on to it as well."""
        try:
            child.wait(PATIENT_SECONDS if self._is_patient else INTERRUPT_SECONDS)
        except KeyboardInterrupt:
            child.send_signal(signal.SIGINT)
            child.wait(INTERRUPT_SECONDS)

    def output_tail(self, lines: int) -> str:
        """Return the last lines that it printed, if they were kept."""
        try:
            text = self._output.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.rstrip().splitlines()[-lines:])


def parallel_arguments(workers: int) -> list[str]:
    """Return the arguments that spread modules over workers."""
    # A module's tests share a stack, so that they stay together.
    return ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []


def _complete_lines(events: Any) -> Iterator[Event]:
    while True:
        at = events.tell()
        line = events.readline()
        if not line.endswith("\n"):
            # Somebody is writing it: it is read again when it is whole.
            events.seek(at)
            return
        yield json.loads(line)
