"""Timers in the order in which they are due. Pure: knows no clock and fires nothing."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator


class Timer:
    """Something that is due at an instant, once.

    Attributes:
        at_ns: When, in nanoseconds since the epoch.
        what: What fires, in words for people.
        account: Whose it is: it goes with the account. Empty for nobody's.
        is_wait: Whether it ends somebody's wait, and isn't an act of its own.
    """

    __slots__ = ("_owner", "account", "at_ns", "fire", "is_wait", "number", "what")

    def __init__(
        self,
        owner: Timers,
        at_ns: int,
        fire: Callable[[], None],
        *,
        number: int,
        what: str,
        account: str,
        is_wait: bool,
    ) -> None:
        self._owner: Timers | None = owner
        self.at_ns = at_ns
        self.fire = fire
        self.number = number
        self.what = what
        self.account = account
        self.is_wait = is_wait

    @property
    def at(self) -> float:
        """When, in seconds since the epoch."""
        return self.at_ns / 1_000_000_000

    @property
    def is_pending(self) -> bool:
        return self._owner is not None

    def cancel(self) -> None:
        """See to it that it doesn't fire; nothing happens when it has fired or is cancelled."""
        if (owner := self._owner) is not None:
            owner.cancel(self)

    def __lt__(self, other: Timer) -> bool:
        # Of two that are due at once, the one that was set first.
        return (self.at_ns, self.number) < (other.at_ns, other.number)


class Timers:
    """A heap of timers. Not for several threads at once but for `cancel`.

    A cancelled timer stays in the heap until it comes to the top, or until most of the heap is
    cancelled: so setting and cancelling many costs no search.
    """

    _FEWEST_TO_TIDY = 64

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._numbers = itertools.count()
        self._pending = 0

    def __len__(self) -> int:
        """Count what is pending; the cancelled aren't."""
        return self._pending

    def __iter__(self) -> Iterator[Timer]:
        return (timer for timer in list(self._heap) if timer.is_pending)

    def add(
        self,
        at_ns: int,
        fire: Callable[[], None],
        *,
        what: str,
        account: str = "",
        is_wait: bool = False,
    ) -> Timer:
        """Set a timer."""
        timer = Timer(
            self,
            at_ns,
            fire,
            number=next(self._numbers),
            what=what,
            account=account,
            is_wait=is_wait,
        )
        heapq.heappush(self._heap, timer)
        self._pending += 1
        return timer

    def cancel(self, timer: Timer) -> None:
        if timer.is_pending:
            self._settle(timer)

    def next(self) -> Timer | None:
        """Return the timer that is due first, and leave it."""
        self._tidy()
        return self._heap[0] if self._heap else None

    def pop_due(self, until_ns: int) -> Timer | None:
        """Take the timer that is due first, if it is due at an instant or before."""
        first = self.next()
        if first is None or first.at_ns > until_ns:
            return None
        heapq.heappop(self._heap)
        self._settle(first)
        return first

    def of(self, account: str) -> list[Timer]:
        """List an account's pending timers."""
        return [timer for timer in self if timer.account == account]

    def _settle(self, timer: Timer) -> None:
        timer._owner = None
        self._pending -= 1

    def _tidy(self) -> None:
        heap = self._heap
        if len(heap) > self._FEWEST_TO_TIDY and self._pending < len(heap) // 2:
            heap[:] = [timer for timer in heap if timer.is_pending]
            heapq.heapify(heap)
        while heap and not heap[0].is_pending:
            heapq.heappop(heap)
