"""When an execution's function ran, and when it didn't. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .events import COMPLETED, Event
from .model import Invocation, Pause


def invocations_of(events: Sequence[Event], *, ended: datetime | None) -> tuple[Invocation, ...]:
    """Return the invocations, in order.

    The history names an invocation when it has ended. That one runs is seen from what it has told
    since the last one did.

    Args:
        events: The history, in order.
        ended: When the execution ended; None while it is open.
    """
    found: list[Invocation] = []
    running: datetime | None = None
    for event in events:
        if event.kind == "Invocation" and event.what == COMPLETED:
            end = event.instant("EndTimestamp") or event.at
            start = min(event.instant("StartTimestamp") or running or end, end)
            found.append(Invocation(start, end, _error(event)))
            running = None
        elif event.is_the_functions and running is None:
            running = event.at
    if running is not None:
        found.append(Invocation(running, None if ended is None else max(ended, running)))
    return tuple(sorted(found, key=lambda invocation: invocation.start))


def pauses_of(
    invocations: Sequence[Invocation], *, until: datetime, ran_to_its_end: bool
) -> tuple[Pause, ...]:
    """Return the spans between invocations, and the one after the last.

    Args:
        invocations: In order.
        until: The end of what is known.
        ran_to_its_end: Whether the last invocation ended the execution.
    """
    pauses: list[Pause] = []
    last: Invocation | None = None
    for invocation in invocations:
        if last is not None and last.end is not None and invocation.start > last.end:
            pauses.append(Pause(last.end, invocation.start, bool(last.error)))
        # They may overlap, where one was given up: the one that ends last counts.
        if last is None or _end(invocation, until) >= _end(last, until):
            last = invocation
    if last is not None and last.end is not None and not ran_to_its_end and until > last.end:
        pauses.append(Pause(last.end, until, bool(last.error)))
    return tuple(pauses)


def _end(invocation: Invocation, until: datetime) -> datetime:
    return until if invocation.end is None else invocation.end


def _error(event: Event) -> str:
    return event.error or ("error" if event.has_error else "")
