"""Conditions whose waiters are known to the clock.

A waiter counts as in flight again from the moment somebody notifies it. The standard library's
condition leaves a gap there: the notifier may end before the waiter's thread gets to run.
"""

from __future__ import annotations

import itertools
import threading
from typing import Any

from .in_flight import InFlight, Work

_Lock = Any  # `threading.Lock()`'s type, which has no name of its own


class ParkingCondition(threading.Condition):
    """The standard library's condition, which keeps its waiters in `_waiters`, oldest first."""

    _parked: dict[_Lock, tuple[InFlight, Work | None]]
    _waiters: Any

    @classmethod
    def of(cls, condition: threading.Condition) -> ParkingCondition:
        """Make a condition one of this kind, in its place."""
        if not isinstance(condition, ParkingCondition):
            condition.__class__ = cls
            condition._parked = {}  # type: ignore[attr-defined]
        assert isinstance(condition, ParkingCondition)
        return condition

    def enter(self, in_flight: InFlight) -> _Lock:
        """Begin to wait, with the condition held: this thread's work is parked from now on."""
        waiter = threading.Lock()
        waiter.acquire()
        self._waiters.append(waiter)
        self._parked[waiter] = (in_flight, in_flight.current)
        in_flight.park(in_flight.current)
        return waiter

    def block(self, waiter: _Lock, timeout: float = -1) -> bool:
        """Wait until notified or dismissed; the condition is released meanwhile.

        Args:
            waiter: What `enter` returned.
            timeout: In machine time; without limit when negative.

        Returns:
            Whether it was one of both; False at a timeout.
        """
        held = self._release_save()  # type: ignore[attr-defined]
        try:
            got = bool(waiter.acquire(True, timeout))
        finally:
            self._acquire_restore(held)  # type: ignore[attr-defined]
            self._leave(waiter)
        return got

    def dismiss(self, waiter: _Lock) -> None:
        """Wake one waiter, with the condition held; nothing happens when it is gone."""
        if waiter in self._parked:
            self._resume(waiter)
            self._waiters.remove(waiter)
            waiter.release()

    def notify(self, n: int = 1) -> None:
        for waiter in list(itertools.islice(self._waiters, n)):
            self._resume(waiter)
        super().notify(n)

    def _leave(self, waiter: _Lock) -> None:
        self._resume(waiter)
        if waiter in self._waiters:
            self._waiters.remove(waiter)

    def _resume(self, waiter: _Lock) -> None:
        if parked := self._parked.pop(waiter, None):
            in_flight, work = parked
            in_flight.unpark(work)
