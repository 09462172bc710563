"""The emulator's clock, as the overlays use it.

Every wait that means AWS's time is one of these. Waits that mean the machine's time (processes,
sockets, locks) stay the standard library's.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from .timers import Timer
from .virtual_clock import FOREVER, POLL_SECONDS, VirtualClock

CLOCK: Final = VirtualClock()
"""The one clock. The control API moves it; everybody else uses the functions below."""

in_flight: Final = CLOCK.in_flight
"""What a jump lets settle before it goes on."""


def now() -> float:
    """Return the emulator's time, in seconds since the epoch; fractions are kept."""
    return CLOCK.now()


def schedule(at: float, fire: Callable[[], None], *, what: str, account: str = "") -> Timer:
    """Have a function called once at an instant.

    Args:
        at: When, in seconds since the epoch; a past instant means as soon as possible.
        fire: Runs in a thread of its own; the next timer fires when that has ended or waits.
        what: What fires, in words for people: `advance` says it.
        account: Whose it is; the timer is cancelled when the account is forgotten.

    Returns:
        The timer, whose `cancel()` may come at any time.
    """
    return CLOCK.schedule(at, fire, what=what, account=account)


def wait(event: threading.Event, until: float, *, what: str = "a wait") -> bool:
    """Wait for an event until an instant of the emulator's time (`FOREVER` for no limit).

    Returns:
        Whether it was set; False when the instant came first.
    """
    return CLOCK.wait(event, until, what=what)


def wait_on(condition: threading.Condition, until: float, *, what: str = "a wait") -> bool:
    """Wait, with a condition held, to be notified; like `wait`."""
    return CLOCK.wait_on(condition, until, what=what)


def sleep(seconds: float, *, what: str = "a pause") -> None:
    """Wait for a span of the emulator's time."""
    CLOCK.wait(threading.Event(), now() + seconds, what=what)


def poll(
    until: float = FOREVER,
    *,
    every_seconds: float = POLL_SECONDS,
    woken_by: threading.Event | None = None,
) -> None:
    """Wait before looking again: a moment of machine time, until an instant, or until a jump.

    For who can't be told of what he waits for, and would have a timer for each look.
    """
    CLOCK.poll(until, every_seconds=every_seconds, woken_by=woken_by)


@contextmanager
def polling(what: str) -> Iterator[None]:
    """Count this thread as in flight, but for its long polls, which end in machine time.

    For pollers that ask again as soon as they got no answer: their waits are no events.
    """
    with in_flight.work(what) as work:
        work.polls = True
        yield


@contextmanager
def waiting_for_time() -> Iterator[None]:
    """Have a poller's long polls end in the emulator's time, in this context."""
    work = in_flight.current
    polls = work is not None and work.polls
    if work is not None:
        work.polls = False
    try:
        yield
    finally:
        if work is not None:
            work.polls = polls


def busy(what: str) -> AbstractContextManager[Any]:
    """Count what this thread does in a context as in flight: a jump waits for its end.

    Waits of this module inside of it don't hold a jump up.
    """
    return in_flight.work(what)


def carried(what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function to be called once, in whichever thread; in flight from now on."""
    return in_flight.carried(what, function)


def before_jump(finish: Callable[[], None]) -> None:
    """Have a function called before each jump: to send what is gathered, such as metrics."""
    CLOCK.before_jump.append(finish)


def seeded(purpose: str) -> random.Random:
    """Return a source of chance that is the same in each run with the same seed.

    Args:
        purpose: Whose chance it is: one user's draws don't change another's.
    """
    return random.Random(f"{SEED}/{purpose}")


SEED: Final = 0
"""Of all chance that shapes the order of events."""

__all__ = [
    "CLOCK",
    "FOREVER",
    "SEED",
    "Timer",
    "before_jump",
    "busy",
    "carried",
    "in_flight",
    "now",
    "poll",
    "polling",
    "schedule",
    "seeded",
    "sleep",
    "wait",
    "wait_on",
    "waiting_for_time",
]
