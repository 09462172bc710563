"""What becomes of an asynchronous invocation after an attempt. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

SUCCESS: Final = "Success"
RETRIES_EXHAUSTED: Final = "RetriesExhausted"
EVENT_AGE_EXCEEDED: Final = "EventAgeExceeded"
ZERO_RESERVED_CONCURRENCY: Final = "ZeroReservedConcurrency"

LONGEST_BACKOFF: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Policy:
    """A function's, version's or alias's settings for asynchronous invocation.

    Attributes:
        retries: `MaximumRetryAttempts`: after function errors.
        age: `MaximumEventAgeInSeconds`.
        base_delay: From a function error to the first retry; the second takes twice as long.
    """

    retries: int = 2
    age: timedelta = timedelta(hours=6)
    base_delay: timedelta = timedelta(minutes=1)


@dataclass(frozen=True)
class History:
    """An event's way so far.

    Attributes:
        errors: Attempts before this one that the function failed.
        refusals: Attempts in a row before this one that didn't reach the function.
        age: Since the event was accepted.
    """

    errors: int
    refusals: int
    age: timedelta


@dataclass(frozen=True)
class Attempt:
    """How an attempt ended.

    Attributes:
        payload: What the function returned, or its error; None when it wasn't reached.
        failed: Whether that is an error.
        error_code: HTTP status of the attempt.
        error_message: Why the function wasn't reached.
    """

    payload: Any = None
    failed: bool = False
    error_code: int = 200
    error_message: str | None = None

    @property
    def reached(self) -> bool:
        return self.error_code == 200

    @property
    def throttled(self) -> bool:
        return self.error_code == 429


@dataclass(frozen=True)
class Retry:
    """Try again after a delay, with the history that this attempt leaves."""

    delay: timedelta
    errors: int
    refusals: int


@dataclass(frozen=True)
class Done:
    """No further attempt.

    Attributes:
        condition: Why, in the words of destination records.
        invocations: How often the function ran.
    """

    condition: str
    invocations: int


def next_step(attempt: Attempt, history: History, policy: Policy, *, blocked: bool) -> Retry | Done:
    """Decide after an attempt.

    Args:
        attempt: How it ended.
        history: The event's way before it.
        policy: Settings in force.
        blocked: Whether the function's reserved concurrency is 0.
    """
    invocations = history.errors + attempt.reached
    if attempt.reached and not attempt.failed:
        return Done(SUCCESS, invocations)
    if blocked and (attempt.throttled or attempt.failed):
        return Done(ZERO_RESERVED_CONCURRENCY, invocations)
    if attempt.failed:
        if history.errors >= policy.retries:
            return Done(RETRIES_EXHAUSTED, invocations)
        retry = Retry(policy.base_delay * invocations, errors=invocations, refusals=0)
    else:
        backoff = timedelta(seconds=2 ** min(history.refusals, 9))
        retry = Retry(
            min(backoff, LONGEST_BACKOFF), errors=history.errors, refusals=history.refusals + 1
        )
    if history.age + retry.delay > policy.age:
        return Done(EVENT_AGE_EXCEEDED, invocations)
    return retry
