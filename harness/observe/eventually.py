"""Waiting for what AWS promises to happen, without saying when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from . import machine_time

T = TypeVar("T")

FIRST_PAUSE = timedelta(milliseconds=20)
LONGEST_PAUSE = timedelta(seconds=1)
GROWTH = 1.5


def eventually(
    assertion: Callable[[], T],
    *,
    within: timedelta,
    every: timedelta | None = None,
    retry_on: type[Exception] | tuple[type[Exception], ...] = (),
) -> T:
    """Repeat an assertion until it holds, and return what it returned.

    Args:
        assertion: Looks at the world and asserts; called at least once.
        within: How long it may take, in the machine's time.
        every: Pause between two looks. Without it pauses start short and grow to a second.
        retry_on: Exceptions, beside AssertionError, that mean "not yet" (a resource that doesn't
            exist so far). All others end the wait at once.

    Raises:
        AssertionError: The last one, unchanged, with a note that says how long and how often it was
            tried and which other failures came before.

    >>> from datetime import timedelta
    >>> eventually(lambda: "there", within=timedelta(seconds=1))
    'there'
    """
    start = machine_time.now()
    pause = every or FIRST_PAUSE
    not_yet: tuple[type[Exception], ...] = (
        AssertionError,
        *(retry_on if isinstance(retry_on, tuple) else (retry_on,)),
    )
    seen: dict[str, int] = {}
    while True:
        try:
            return assertion()
        except not_yet as failure:
            said = _in_a_line(failure)
            seen[said] = seen.get(said, 0) + 1
            waited = machine_time.now() - start
            if waited >= within:
                failure.add_note(_history(waited, within, seen))
                raise
        # The last look is at the deadline itself, not up to a pause before it.
        machine_time.pause(min(pause, within - waited))
        if every is None:
            pause = min(pause * GROWTH, LONGEST_PAUSE)


def _in_a_line(failure: Exception) -> str:
    first, *_ = str(failure).strip().splitlines() or [""]
    said = f"{type(failure).__name__}: {first}" if first else type(failure).__name__
    return said if len(said) <= 200 else f"{said[:200]}…"


def _history(waited: timedelta, within: timedelta, seen: dict[str, int]) -> str:
    tries = sum(seen.values())
    head = (
        f"Not within {within.total_seconds():g} s: "
        f"tried {tries} {'time' if tries == 1 else 'times'} in {waited.total_seconds():.1f} s."
    )
    if len(seen) == 1:
        return f"{head} It failed the same way each time."
    *earlier, _ = seen.items()
    lines = [f"  {count} × {said}" for said, count in earlier[-5:]]
    return "\n".join([head, "It failed otherwise before, the latest last:", *lines])
