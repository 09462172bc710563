"""Invocations in flight outlive an update: they end on the code and process they began with.

LocalStack kills the environments of a replaced version at once. On AWS what runs goes on, and only
the next invocation meets the new code.
Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Action = Callable[[], None]


class VersionRetiredError(RuntimeError):
    """The version was replaced between its choice and its invocation: choose again."""


@dataclass
class _Running:
    code: Hashable
    count: int = 0
    afterwards: list[Action] = field(default_factory=list)


class InFlight:
    """Counts what runs, by version manager, and keeps what waits for its end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[str, _Running] = {}

    @contextmanager
    def invocation(
        self, manager: str, *, code: Hashable, retired: threading.Event
    ) -> Iterator[None]:
        """Count an invocation as running in this context.

        Args:
            manager: Id of the version manager that carries it.
            code: Identity of the code that it runs.
            retired: Set when the manager takes no further invocation.

        Raises:
            VersionRetiredError: The manager is retired.
        """
        with self._lock:
            if retired.is_set():
                raise VersionRetiredError(manager)
            self._running.setdefault(manager, _Running(code)).count += 1
        try:
            yield
        finally:
            for action in self._ended(manager):
                action()

    def when_idle(self, manager: str, action: Action) -> None:
        """Run an action once nothing of a retired version manager runs: now, or afterwards."""
        with self._lock:
            if running := self._running.get(manager):
                running.afterwards.append(action)
                return
        action()

    def when_code_is_idle(self, code: Hashable, action: Action) -> None:
        """Run an action once nothing runs that code: now, or afterwards."""
        with self._lock:
            for running in self._running.values():
                if running.code == code:
                    running.afterwards.append(lambda: self.when_code_is_idle(code, action))
                    return
        action()

    def _ended(self, manager: str) -> list[Action]:
        with self._lock:
            running = self._running[manager]
            running.count -= 1
            if running.count:
                return []
            return self._running.pop(manager).afterwards
