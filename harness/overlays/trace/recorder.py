"""Keeps the latest calls. Pure."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Final

from .call import Call

MOST_CALLS: Final = 20_000
"""Kept of all accounts together; about 1 kB each."""


class Recorder:
    """The latest calls, in the order in which they ended.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int = MOST_CALLS) -> None:
        self._calls: deque[tuple[int, Call]] = deque(maxlen=most)
        self._lock = threading.Lock()
        self._count = 0

    @property
    def count(self) -> int:
        """How many calls there have been; the number of the latest."""
        return self._count

    def add(self, call: Call) -> None:
        """Keep a call."""
        with self._lock:
            self._count += 1
            self._calls.append((self._count, call))

    def calls(self, account: str | None = None, *, after: int = 0) -> Iterator[tuple[int, Call]]:
        """Yield calls with their numbers.

        Args:
            account: Only this account's.
            after: Only those with a greater number.
        """
        with self._lock:
            kept = list(self._calls)
        for number, call in kept:
            if number > after and account in (None, call.account):
                yield number, call

    def first_kept(self) -> int:
        """Return the number of the earliest call that is still kept; 0 when there is none."""
        with self._lock:
            return self._calls[0][0] if self._calls else 0

    def forget(self, account: str) -> None:
        """Drop an account's calls."""
        with self._lock:
            left = [kept for kept in self._calls if kept[1].account != account]
            self._calls.clear()
            self._calls.extend(left)
