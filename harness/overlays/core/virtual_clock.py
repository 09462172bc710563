"""The emulator's clock: it runs with the machine's, can jump, and keeps the timers.

While it isn't moved, a thread fires each timer when it is due. `advance` is a discrete-event run:
it goes from one due timer to the next, and before each lets end what is in flight. In the run time
stands still between two jumps, so that the order of events doesn't depend on the machine's speed.
"""

from __future__ import annotations

import bisect
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from .in_flight import InFlight
from .parking import ParkingCondition
from .timers import Timer, Timers

LOG = logging.getLogger(__name__)

SECOND: Final = 1_000_000_000
FOREVER: Final = math.inf
LATEST: Final = 4_102_444_800  # 2100-01-01: dates beyond are no test's subject, and break libraries
SETTLE_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.5
MOST_AT_ONE_INSTANT: Final = 100_000
_LONGEST_NAP_SECONDS: Final = 3600.0
_LONGEST_FIRING_SECONDS: Final = 1.0


class AdvanceRefusedError(RuntimeError):
    """The clock is being moved already."""


@dataclass(frozen=True)
class Fired:
    """A timer that fired in a run.

    Attributes:
        at_ns: The instant.
        what: What it was.
        account: Whose.
        is_wait: Whether it ended somebody's wait.
    """

    at_ns: int
    what: str
    account: str
    is_wait: bool


@dataclass
class Run:
    """What an `advance` did.

    Attributes:
        began_ns: The instant at which it began.
        ended_ns: The instant at which it ended: exactly the one that was asked for.
        fired: What fired, in order.
        unsettled: What was in flight for longer than a jump waits; time went on without it.
    """

    began_ns: int
    ended_ns: int
    fired: list[Fired] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)


class VirtualClock:
    """One emulator's time.

    Args:
        machine_ns: The machine's wall clock.
    """

    def __init__(self, machine_ns: Callable[[], int] = time.time_ns) -> None:
        self.in_flight = InFlight()
        self.before_jump: list[Callable[[], None]] = []
        """Called before each jump: work that is gathered, such as metrics, is done with then."""
        self.watchers: list[Callable[[int, int | None], None]] = []
        """Get the offset, and the instant at which time stands if it does, at each change."""
        self._machine_ns = machine_ns
        self._state: tuple[int, int | None] = (0, None)
        self._journal: list[tuple[int, int]] = []
        self._lock = threading.Lock()
        self._timers_changed = threading.Condition(self._lock)
        self._timers = Timers()
        self._pollers: dict[int, Callable[[], None]] = {}
        self._is_moved = False
        self._moving = threading.Lock()
        self._firing = threading.Lock()
        self._thread: threading.Thread | None = None

    def read_from(self, machine_ns: Callable[[], int]) -> None:
        """Read the machine's clock by another function from now on."""
        self._machine_ns = machine_ns

    def now_ns(self) -> int:
        """Return the emulator's time, in nanoseconds since the epoch."""
        ahead, stands_at = self._state
        return self._machine_ns() + ahead if stands_at is None else stands_at

    def now(self) -> float:
        """Return the emulator's time, in seconds since the epoch."""
        return self.now_ns() / SECOND

    @property
    def ahead_ns(self) -> int:
        """By how much the emulator's time is ahead of the machine's."""
        ahead, stands_at = self._state
        return ahead if stands_at is None else stands_at - self._machine_ns()

    def was_ahead_ns(self, machine_ns: int) -> int:
        """Return by how much the emulator's time was ahead at an instant of the machine's.

        An instant that the machine hasn't reached yet must have been read from this clock: 0.
        """
        if machine_ns > self._machine_ns():
            return 0
        at = bisect.bisect_right(self._journal, machine_ns, key=lambda entry: entry[0])
        return self._journal[at - 1][1] if at else 0

    def schedule(
        self,
        at: float,
        fire: Callable[[], None],
        *,
        what: str,
        account: str = "",
        is_wait: bool = False,
    ) -> Timer:
        """Set a timer.

        Args:
            at: When, in seconds since the epoch; a past instant means as soon as possible.
            fire: Is called once, in a thread of its own, which counts as in flight. The next timer
                fires when that has ended or waits.
            what: What fires, for people.
            account: Whose it is; the timer goes when the account is forgotten.
            is_wait: Whether it ends somebody's wait, and isn't an act of its own.
        """
        with self._lock:
            timer = self._timers.add(to_ns(at), fire, what=what, account=account, is_wait=is_wait)
            if self._timers.next() is timer:
                self._timers_changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
                self._thread.start()
        return timer

    def forget(self, account: str) -> None:
        """Cancel all timers of an account but those that end a wait."""
        with self._lock:
            for timer in self._timers.of(account):
                if not timer.is_wait:
                    timer.cancel()

    def pending(self) -> int:
        """Count the timers that have yet to fire."""
        return len(self._timers)

    @property
    def is_moved(self) -> bool:
        """Whether an advance is under way."""
        return self._is_moved

    def first(self) -> Timer | None:
        """Return the timer that is due first."""
        with self._lock:
            return self._timers.next()

    def wait(self, event: threading.Event, until: float, *, what: str = "a wait") -> bool:
        """Wait for an event, like its `wait`, but in the emulator's time.

        Args:
            event: Any event of the standard library.
            until: Until when, in seconds since the epoch; `FOREVER` for no limit.
            what: What waits, for people.

        Returns:
            Whether the event was set meanwhile, be it for a moment.
        """
        if event.is_set():
            return True
        condition = event._cond  # type: ignore[attr-defined]
        with condition:
            return event.is_set() or self.wait_on(condition, until, what=what)

    def wait_on(
        self, condition: threading.Condition, until: float, *, what: str = "a wait"
    ) -> bool:
        """Wait for a condition, which this thread holds, to be notified; like `wait`."""
        parking = ParkingCondition.of(condition)
        if until == FOREVER:
            return parking.block(parking.enter(self.in_flight))
        if until <= self.now():
            return False
        waiter = parking.enter(self.in_flight)
        is_over = False

        def wake() -> None:
            nonlocal is_over
            with parking:
                is_over = True
                parking.dismiss(waiter)

        timer = self.schedule(until, wake, what=what, is_wait=True)
        try:
            parking.block(waiter)
        finally:
            timer.cancel()
        return not is_over

    def park_on(self, condition: threading.Condition, seconds: float) -> bool:
        """Wait for a condition in machine time, as a poller does that only waits for work."""
        parking = ParkingCondition.of(condition)
        return parking.block(parking.enter(self.in_flight), seconds)

    def poll(
        self,
        until: float = FOREVER,
        *,
        every_seconds: float = POLL_SECONDS,
        woken_by: threading.Event | None = None,
    ) -> None:
        """Wait before looking again, for who can't be told of what he waits for.

        Ends after a moment of machine time, at an instant, and before each jump: what has changed
        until then is noticed before time goes on.

        Args:
            until: The instant, in seconds since the epoch.
            every_seconds: The moment.
            woken_by: An event that ends the wait as well.
        """
        event = woken_by or threading.Event()
        with event._cond:  # type: ignore[attr-defined]
            if event.is_set() or until <= self.now():
                return
            condition = ParkingCondition.of(event._cond)  # type: ignore[attr-defined]
            waiter = condition.enter(self.in_flight)

            def look_again() -> None:
                with condition:
                    condition.dismiss(waiter)

            poller = threading.get_ident()
            self._pollers[poller] = look_again
            timer = None
            if until != FOREVER:
                timer = self.schedule(until, look_again, what="the end of a poll", is_wait=True)
            try:
                condition.block(waiter, every_seconds)
            finally:
                self._pollers.pop(poller, None)
                if timer is not None:
                    timer.cancel()

    def advance(
        self,
        *,
        by_ns: int | None = None,
        to_ns: int | None = None,
        settle_seconds: float = SETTLE_SECONDS,
    ) -> Run:
        """Move time on, firing what is due on the way.

        Args:
            by_ns: By how much; or
            to_ns: to which instant.
            settle_seconds: How long a jump waits for what is in flight, in machine time.

        Raises:
            AdvanceRefusedError: It is being moved already.
            ValueError: The way leads back, or too far.
        """
        if not self._moving.acquire(blocking=False):
            raise AdvanceRefusedError(
                "The clock is being moved already. Time is one for the whole emulator: wait for "
                "the other advance to end."
            )
        try:
            with self._standing() as began:
                target = began + by_ns if by_ns is not None else to_ns
                if target is None or target < began:
                    raise ValueError("The clock can't go back: the instant is past.")
                if target > LATEST * SECOND:
                    raise ValueError("The clock doesn't go beyond the year 2099.")
                run = Run(began_ns=began, ended_ns=target)
                self._go(run, settle_seconds)
                self._stand(target)
                return run
        finally:
            self._moving.release()

    def _go(self, run: Run, settle_seconds: float) -> None:
        at_once = 0
        while True:
            self._settle(run, settle_seconds)
            with self._lock:
                timer = self._timers.pop_due(run.ended_ns)
            if timer is None:
                return
            at_once = 0 if timer.at_ns > self.now_ns() else at_once + 1
            if at_once > MOST_AT_ONE_INSTANT:
                raise RuntimeError(
                    f"{timer.what} sets itself anew for the same instant, without end."
                )
            at = max(timer.at_ns, self.now_ns())
            self._stand(at)
            self._fire(timer)
            run.fired.append(Fired(at, timer.what, timer.account, timer.is_wait))

    def _settle(self, run: Run, limit_seconds: float) -> None:
        asked: frozenset[int] = frozenset()
        while True:
            late = self.in_flight.settle(limit_seconds)
            run.unsettled += late
            before = self.in_flight.changes
            for finish in self.before_jump:
                finish()
            if late:
                return
            if self.in_flight.changes != before:
                continue
            # Round after round, as long as one of the pollers has found what it waits for.
            pollers = dict(self._pollers)
            if not pollers or pollers.keys() == asked:
                return
            asked = frozenset(pollers)
            for look_again in pollers.values():
                look_again()

    @contextmanager
    def _standing(self) -> Iterator[int]:
        """Have time stand, and the thread that fires timers pause."""
        with self._lock:
            self._is_moved = True
        try:
            with self._firing:
                before, _ = self._state
                began = self.now_ns()
                self._stand(began)
                try:
                    yield began
                except ValueError:
                    self._set(before, None)  # nothing comes of it: time has run on all the while
                    raise
                finally:
                    self.in_flight.excuse_nobody()
                    if self._state[1] is not None:
                        machine = self._machine_ns()
                        self._journal.append((machine, self.now_ns() - machine))
                        self._set(self.now_ns() - machine, None)
        finally:
            with self._lock:
                self._is_moved = False
                self._timers_changed.notify_all()

    def _stand(self, at_ns: int) -> None:
        ahead, _ = self._state
        self._set(ahead, at_ns)

    def _set(self, ahead_ns: int, stands_at_ns: int | None) -> None:
        self._state = (ahead_ns, stands_at_ns)
        for watcher in self.watchers:
            watcher(ahead_ns, stands_at_ns)

    def _fire(self, timer: Timer) -> threading.Event:
        """Fire a timer; return an event that is set once that is done."""
        done = threading.Event()

        def fire() -> None:
            try:
                timer.fire()
            except Exception:
                LOG.exception("A timer failed: %s", timer.what)
            finally:
                done.set()

        if timer.is_wait:
            fire()
        else:
            carried = self.in_flight.carried(timer.what, fire)
            threading.Thread(target=carried, name="clock-timer", daemon=True).start()
        return done

    def _run(self) -> None:
        while True:
            self._await_due()
            with self._firing:
                with self._lock:
                    # An advance may have begun in between, and has it now.
                    timer = None if self._is_moved else self._timers.pop_due(self.now_ns())
                # One after the other, unless one waits for something itself.
                if timer is not None:
                    self._fire(timer).wait(_LONGEST_FIRING_SECONDS)

    def _await_due(self) -> None:
        with self._lock:
            while True:
                if self._is_moved or (first := self._timers.next()) is None:
                    self._timers_changed.wait()
                    continue
                left = (first.at_ns - self.now_ns()) / SECOND
                if left <= 0:
                    return
                # The machine's clock may be set meanwhile.
                self._timers_changed.wait(min(left, _LONGEST_NAP_SECONDS))


def to_ns(seconds: float) -> int:
    """Return the first whole nanosecond that isn't before an instant, as an exact sum.

    Rounded up: whoever compares the time with the instant's float then finds it reached.
    """
    if not math.isfinite(seconds):
        return LATEST * SECOND * 2 if seconds > 0 else 0
    whole = math.floor(seconds)
    return whole * SECOND + math.ceil((seconds - whole) * SECOND)
