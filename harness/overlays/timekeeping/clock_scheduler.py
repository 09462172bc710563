"""A scheduler with LocalStack's interface, on the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.overlays.core import clock


class Task:
    """A function that is called again and again."""

    def __init__(self, call: Callable[[], None], period: float | None, what: str, account: str):
        self._call = call
        self._period = period
        self._what = what
        self._account = account
        self._timer: clock.Timer | None = None
        self._is_cancelled = False

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        self._is_cancelled = True
        if self._timer is not None:
            self._timer.cancel()

    def arm(self, at: float) -> None:
        if self._is_cancelled:
            return

        def fire() -> None:
            if self._period is not None:
                self.arm(at + self._period)
            self._call()

        self._timer = clock.schedule(at, fire, what=self._what, account=self._account)


class ClockScheduler:
    """Stands in for `localstack.utils.scheduler.Scheduler`: each task has a timer."""

    def __init__(self, executor: Any = None) -> None:
        self._is_closed = threading.Event()
        self._tasks: list[Task] = []

    def schedule(
        self,
        func: Callable[..., Any],
        period: float | None = None,
        fixed_rate: bool = True,
        start: float | None = None,
        on_error: Callable[[Exception], None] | None = None,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> Task:
        """Call a function now or at an instant, and in equal steps from then on."""

        def call() -> None:
            try:
                func(*(args or ()), **(kwargs or {}))
            except Exception as error:
                if on_error:
                    on_error(error)

        arn = next((text for text in args or () if str(text).startswith("arn:")), "")
        account = arn.split(":")[4] if arn.count(":") > 4 else ""
        task = Task(call, period, f"evaluation of {arn or func.__name__}", account)
        self._tasks = [other for other in self._tasks if not other.is_cancelled]
        self._tasks.append(task)
        task.arm(max(start or 0.0, clock.now()))
        return task

    def run(self) -> None:
        """Return once it is closed."""
        self._is_closed.wait()

    def close(self) -> None:
        self._is_closed.set()
        for task in self._tasks:
            task.cancel()
