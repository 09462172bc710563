"""What is in flight inside the emulator: work that a jump in time has to let end first.

A thread's work counts from its beginning to its end, and doesn't while it is parked: while it
waits for the clock, or for other work that counts itself. Work that was notified counts from the
moment of the notification, not from when its thread gets to run: in between, all would look calm.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

CUSHION_SECONDS = 0.001
"""Of machine time, that all must have been calm: for what can't be counted, such as a message
between two threads of a library."""


class Work:
    """One piece of work. Used by one thread, or handed over to one that is about to start.

    Attributes:
        number: Names it to whoever it calls.
        what: What it is, in words for people.
        behind: The work that waits for this one, and so is parked when this one is.
        polls: Whether it asks again and again for what there is to do: its waits are no events.
    """

    __slots__ = ("behind", "has_ended", "number", "parked", "polls", "what")

    def __init__(self, number: int, what: str, behind: Work | None) -> None:
        self.number = number
        self.polls = False
        self.what = what
        self.behind = behind
        self.parked = 0
        self.has_ended = False


class InFlight:
    """Counts the work of an emulator."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_calm = threading.Condition(self._lock)
        self._numbers = itertools.count(1)
        self._running: dict[Work, None] = {}
        self._known: dict[int, Work] = {}
        self._excused: set[Work] = set()
        self._changes = 0
        self._calm_since = -1
        self._local = threading.local()

    @property
    def current(self) -> Work | None:
        """The work of this thread, if it has some."""
        work: Work | None = getattr(self._local, "work", None)
        return work

    @property
    def is_polling(self) -> bool:
        """Whether this thread polls, or serves a request of somebody who does."""
        work = self.current
        return work is not None and (work.polls or (work.behind is not None and work.behind.polls))

    def named(self, number: int) -> Work | None:
        """Return the work of a number, as long as it is in flight."""
        return self._known.get(number)

    def begin(self, what: str, behind: Work | None = None) -> Work:
        """Count work from now on; it ends with `end`, in whichever thread."""
        work = Work(next(self._numbers), what, behind)
        with self._lock:
            self._known[work.number] = work
            self._running[work] = None
            self._changes += 1
        return work

    def end(self, work: Work) -> None:
        with self._lock:
            if work.has_ended:
                return
            work.has_ended = True
            self._known.pop(work.number, None)
            self._excused.discard(work)
            self._stop(work)

    @contextmanager
    def work(self, what: str, behind: Work | None = None) -> Iterator[Work]:
        """Count what this thread does in this context; inside of other work, it is part of that."""
        if (outer := self.current) is not None:
            yield outer
            return
        with self.adopted(self.begin(what, behind)) as work:
            yield work

    @contextmanager
    def adopted(self, work: Work) -> Iterator[Work]:
        """Do work in this thread that was begun elsewhere, and end it with this context."""
        outer = self.current
        self._local.work = work
        try:
            yield work
        finally:
            self._local.work = outer
            self.end(work)

    def carried(self, what: str, function: Callable[..., object]) -> Callable[..., object]:
        """Return a function that counts as work from now until it has been called once."""
        work = self.begin(what)

        def carry(*args: object, **kwargs: object) -> object:
            with self.adopted(work):
                return function(*args, **kwargs)

        return carry

    def park(self, work: Work | None) -> None:
        """Stop counting work, which goes on with `unpark`; and what waits behind it, too."""
        with self._lock:
            while work is not None:
                work.parked += 1
                self._stop(work)
                work = work.behind

    def unpark(self, work: Work | None) -> None:
        with self._lock:
            while work is not None:
                work.parked -= 1
                if work.parked == 0 and not work.has_ended:
                    self._running[work] = None
                    self._changes += 1
                work = work.behind

    @property
    def changes(self) -> int:
        """How often something has begun, or gone on."""
        return self._changes

    def running(self) -> list[str]:
        """Say what is in flight."""
        with self._lock:
            return [work.what for work in self._running]

    def settle(self, limit_seconds: float) -> list[str]:
        """Wait until nothing is in flight.

        Args:
            limit_seconds: How long at most, in machine time.

        Returns:
            What was still in flight then. It isn't waited for again until `excuse_nobody`.
        """
        until = time.monotonic() + limit_seconds
        with self._lock:
            while True:
                while self._waited_for():
                    left = until - time.monotonic()
                    if left <= 0:
                        late = list(self._waited_for())
                        self._excused.update(late)
                        return [work.what for work in late]
                    self._is_calm.wait(left)
                if self._calm_since == self._changes:
                    return []
                self._calm_since = self._changes
                self._lock.release()
                try:
                    time.sleep(CUSHION_SECONDS)
                finally:
                    self._lock.acquire()

    def excuse_nobody(self) -> None:
        """Wait again for all that is in flight, also for what took too long before."""
        with self._lock:
            self._excused.clear()

    def _waited_for(self) -> Iterable[Work]:
        if not self._excused:
            return self._running
        return self._running.keys() - self._excused

    def _stop(self, work: Work) -> None:
        if work in self._running:
            del self._running[work]
            if not self._waited_for():
                self._is_calm.notify_all()
