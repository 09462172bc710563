"""Starts emulators for `harness up`: as a process or in a container."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from harness.emulator import launch
from harness.errors import HarnessError, UsageProblem
from harness.targets import TARGETS, target_named

if TYPE_CHECKING:
    from .emulators import Emulator


class Started(Protocol):
    """An emulator that this process has started."""

    @property
    def emulator(self) -> Emulator: ...

    def ending(self) -> HarnessError | None:
        """Say how it ended by itself; None while it runs."""

    def stop(self) -> None:
        """End it."""


def start(target: str, *, port: int | None, is_detached: bool) -> Started:
    """Start an emulator that everybody may attach to, and return when it answers.

    Args:
        target: One that `check` lets through.
        port: The port it has to have; any free one when absent.
        is_detached: Whether it outlives this process.
    """
    return _STARTS[target](port, is_detached)


def check(target: str) -> None:
    """Make sure that a target is an emulator.

    Raises:
        UsageProblem: It isn't, or there is no such target.
    """
    if target in _STARTS:
        return
    if target not in TARGETS:
        target_named(target)
    raise UsageProblem(
        f'"harness up" starts no "{target}": only emulators can be started.',
        f"({', '.join(_STARTS)})",
    )


class _Process:
    def __init__(self, port: int | None, is_detached: bool) -> None:
        self._launched = launch.launch(port=port, share=launch.ANYONE, is_detached=is_detached)
        self.emulator: Emulator = self._launched.emulator

    def ending(self) -> HarnessError | None:
        if (code := self._launched.process.exit_code()) is None:
            return None
        error = HarnessError(
            f"The emulator ended by itself (exit code {code}).",
            'Its last log lines follow; "harness doctor" checks the machine.',
        )
        error.add_note(self._launched.process.log_tail())
        return error

    def stop(self) -> None:
        self._launched.stop()


class _Container:
    def __init__(self, port: int | None, is_detached: bool) -> None:
        # Docker's library takes a third of a second to import.
        from harness.emulator.docker.engine import connect
        from harness.targets.docker import cleaner, labels, launching, standing
        from harness.targets.docker.made_image import made_image
        from harness.targets.docker.removing import remove_remains

        engine, run = connect(), uuid.uuid4().hex
        remove_remains(engine)
        image = made_image(engine)
        owner = None if is_detached else labels.Owner.of()
        self._cleaner = cleaner.watch_over(engine, run, owner) if owner else None
        container = launching.launch(
            engine, image, port=port, run=run, share=launch.ANYONE, owner=owner
        )
        self._found = standing.named(engine, container.name)
        self.emulator: Emulator = self._found

    def ending(self) -> HarnessError | None:
        from harness.targets.docker.ending import ending_of

        return ending_of(self._found.engine, self._found.name)

    def stop(self) -> None:
        self._found.end()
        if self._cleaner:
            self._cleaner.let_go()


_STARTS: Final[dict[str, Callable[[int | None, bool], Started]]] = {
    "embedded": _Process,
    "container": _Container,
}
