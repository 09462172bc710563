"""The emulator's time: what it is, what falls due, and waiting for it.

Everything of the emulator that means AWS time asks here and nowhere else.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

LOG = logging.getLogger(__name__)


def now() -> float:
    """Return the emulator's time in seconds since the epoch, with fractions."""
    return time.time()


@dataclass(order=True)
class Timer:
    """Something that falls due.

    Attributes:
        at: When, in the emulator's time.
        what: What it is, for people.
        account: Whose; empty when nobody's.
    """

    at: float
    _age: int
    _fire: Callable[[], None] = field(compare=False)
    what: str = field(compare=False)
    account: str = field(compare=False, default="")
    _is_cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        """Keep it from firing; too late where it has fired."""
        self._is_cancelled = True


def schedule(at: float, fire: Callable[[], None], *, what: str, account: str = "") -> Timer:
    """Have something called when it is due.

    Args:
        at: When, in the emulator's time; what is past is due at once.
        fire: Called on the clock's thread, in order of due time and then of age; it must be quick.
        what: What falls due, for people.
        account: Whose it is.
    """
    timer = Timer(at, next(_ages), fire, what, account)
    with _changed:
        heapq.heappush(_timers, timer)
        _start()
        _changed.notify()
    return timer


def wait(event: threading.Event, until: float) -> bool:
    """Wait for an event up to an instant of the emulator's time; True when it is set."""
    return event.wait(max(0.0, until - now()))


@contextlib.contextmanager
def busy(what: str) -> Iterator[None]:
    """What this thread does in a context: time doesn't jump past it.

    Args:
        what: What is going on, for people.
    """
    yield


def carried(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function to be called once, in whichever thread; time doesn't jump past its end."""
    return function


_timers: list[Timer] = []
_ages = itertools.count()
_changed = threading.Condition()
_thread: threading.Thread | None = None


def _start() -> None:
    global _thread
    if _thread is None:
        _thread = threading.Thread(target=_run, name="clock", daemon=True)
        _thread.start()


def _run() -> None:
    while True:
        timer = _next_due()
        try:
            timer._fire()
        except Exception:
            LOG.exception("%s failed as it fell due", timer.what)


def _next_due() -> Timer:
    with _changed:
        while True:
            while _timers and _timers[0]._is_cancelled:
                heapq.heappop(_timers)
            left = _timers[0].at - now() if _timers else None
            if left is not None and left <= 0:
                return heapq.heappop(_timers)
            _changed.wait(left)
