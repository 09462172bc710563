"""The machine's time, for what people and programs on it wait for. AWS's time is the clock's.

Everything else takes it from here: a test that lets time travel moves `time.time`, but a deadline
for an answer of this machine must not move with it, so that only the monotonic clock counts.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

__all__ = ["now", "pause", "timestamp"]


def now() -> timedelta:
    """Return the time since some fixed moment; only differences mean something."""
    return timedelta(microseconds=time.monotonic_ns() // 1000)


def pause(duration: timedelta) -> None:
    """Let the machine's time pass."""
    time.sleep(duration.total_seconds())


def timestamp() -> datetime:
    """Return the date and time of the machine, for records that people read."""
    return datetime.now(UTC)
