"""How often and how long EventBridge tries to deliver an event to a target. Pure.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

MOST_ATTEMPTS: Final = 185
YOUNGEST_SECONDS: Final = 60
OLDEST_SECONDS: Final = 86_400

BY_ATTEMPTS: Final = "MaximumRetryAttempts"
BY_AGE: Final = "MaximumEventAgeInSeconds"

FIRST_DELAY_SECONDS: Final = 1.0
LONGEST_DELAY_SECONDS: Final = 600.0
"""AWS publishes neither. With these the default policy's 185 retries take most of its 24 hours."""


@dataclass(frozen=True)
class Retry:
    """Try again at an instant, in seconds since the epoch."""

    at: float


@dataclass(frozen=True)
class GiveUp:
    """Stop at an instant, in seconds since the epoch, for a condition of the policy."""

    at: float
    condition: str


@dataclass(frozen=True)
class RetryPolicy:
    """A target's retry policy.

    Attributes:
        attempts: Most retries; the first attempt isn't one.
        age_seconds: How old an event may become, counted from when it came to the bus.
    """

    attempts: int = MOST_ATTEMPTS
    age_seconds: int = OLDEST_SECONDS

    @classmethod
    def of(cls, target: Mapping[str, Any]) -> RetryPolicy:
        """Read a target's `RetryPolicy`; what it leaves out is AWS's default."""
        given = target.get("RetryPolicy") or {}
        attempts, age = given.get(BY_ATTEMPTS), given.get(BY_AGE)
        return cls(
            MOST_ATTEMPTS if attempts is None else int(attempts),
            OLDEST_SECONDS if age is None else int(age),
        )

    def after_failure(
        self,
        retries: int,
        *,
        ingested_at: float,
        now: float,
        chance: random.Random,
        not_before: float = 0,
    ) -> Retry | GiveUp:
        """Say what follows a failed attempt that may be retried.

        Args:
            retries: How many retries there have been.
            ingested_at: When the event came to the bus, in seconds since the epoch.
            now: When the attempt failed.
            chance: For the jitter.
            not_before: When the target wants to be asked again at the earliest.
        """
        if retries >= self.attempts:
            return GiveUp(now, BY_ATTEMPTS)
        deadline = ingested_at + self.age_seconds
        at = max(now + delay_seconds(retries, chance), not_before)
        return Retry(at) if at < deadline else GiveUp(max(now, deadline), BY_AGE)


def delay_seconds(retries: int, chance: random.Random) -> float:
    """Return the time between a failed attempt and the next: exponential, half of it jitter.

    Args:
        retries: How many retries there have been.
        chance: For the jitter.
    """
    # The exponent is capped before it is raised: 2.0**1100 is an error.
    doubled = FIRST_DELAY_SECONDS * 2.0 ** min(retries, 32)
    longest = min(doubled, LONGEST_DELAY_SECONDS)
    return longest * (0.5 + chance.random() / 2)
