"""What follows from an invocation that didn't answer. Pure.

The numbers are those of AWS's testing library; see Limits in README.md.
"""

from __future__ import annotations

from typing import Final

FAILED_ATTEMPTS: Final = 5
"""Invocations in a row that may fail before the execution does."""

IDLE_ATTEMPTS: Final = 3
"""Invocations in a row that may suspend with nothing to wait for: the SDK's own race ends so."""

BACKOFF_SECONDS: Final = 5.0
LONGEST_THROTTLE_SECONDS: Final = 300.0


def throttle_seconds(throttles: int) -> float:
    """Return how long to wait for concurrency.

    Args:
        throttles: Attempts in a row that found none, this one included.
    """
    return min(2.0 ** min(throttles - 1, 9), LONGEST_THROTTLE_SECONDS)
