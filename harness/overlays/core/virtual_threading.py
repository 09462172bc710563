"""What stands in for parts of `threading` and `time` in modules whose waits mean AWS's time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any, Final

from . import clock


class Event(threading.Event):
    """An event that is waited for in the emulator's time."""

    def wait(self, timeout: float | None = None) -> bool:
        until = clock.FOREVER if timeout is None else clock.now() + timeout
        return clock.wait(self, until)


class Thread(threading.Thread):
    """A thread that counts as in flight from its start to its end."""

    def start(self) -> None:
        self._ended = threading.Event()
        self._work = clock.in_flight.begin(self.name)
        try:
            super().start()
        except BaseException:
            clock.in_flight.end(self._work)
            raise

    def run(self) -> None:
        with clock.in_flight.adopted(self._work):
            try:
                super().run()
            finally:
                # Before the work ends: whoever waits for it is in flight from here on.
                self._ended.set()

    def join(self, timeout: float | None = None) -> None:
        until = clock.FOREVER if timeout is None else clock.now() + timeout
        if clock.wait(self._ended, until):
            super().join()


class Executor(ThreadPoolExecutor):
    """A pool whose calls count as in flight from when they are handed in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        what = f"{self._thread_name_prefix} {getattr(fn, '__qualname__', '')}"
        work = clock.in_flight.begin(what)

        def carry() -> Any:
            with clock.in_flight.adopted(work):
                return fn(*args, **kwargs)

        try:
            future = super().submit(carry)
        except BaseException:
            clock.in_flight.end(work)
            raise
        # Also of one that is cancelled before it ran.
        future.add_done_callback(lambda _: clock.in_flight.end(work))
        return future


class _Rest(SimpleNamespace):
    """A module, some of whose names mean something else."""

    def __init__(self, module: Any, **names: Any) -> None:
        super().__init__(**names)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


VIRTUAL_THREADING: Final[Any] = _Rest(threading, Event=Event, Thread=Thread)
VIRTUAL_TIME: Final[Any] = _Rest(time, sleep=clock.sleep)
POLLING_TIME: Final[Any] = _Rest(time, sleep=lambda seconds: clock.poll(every_seconds=seconds))
"""For loops that sleep between two looks at something."""
MACHINE_TIME: Final[Any] = _Rest(time, time=time.monotonic)
"""For modules that measure machine time by the wall clock, which jumps."""


def start_counted(method: Callable[..., Any], params: Any = None, name: str | None = None) -> Any:
    """Start a worker thread of LocalStack's that counts as in flight from now to its end."""
    from localstack.utils.threads import start_worker_thread

    what = name or str(getattr(method, "__qualname__", "a thread"))
    return start_worker_thread(clock.carried(what, method), params, name=name)
