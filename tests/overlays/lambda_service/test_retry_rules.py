"""What becomes of an asynchronous invocation, without an emulator.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.lambda_service.asynchronous import (
    EVENT_AGE_EXCEEDED,
    LONGEST_BACKOFF,
    RETRIES_EXHAUSTED,
    SUCCESS,
    ZERO_RESERVED_CONCURRENCY,
    Attempt,
    Done,
    History,
    Policy,
    Retry,
    next_step,
)

NEW = History(errors=0, refusals=0, age=timedelta())
SUCCEEDED = Attempt("well done")
FAILED = Attempt({"errorMessage": "no"}, failed=True)
THROTTLED = Attempt(error_code=429, error_message="Rate Exceeded.")
BROKEN = Attempt(error_code=500, error_message="Internal error")


def outcomes(attempt: Attempt, policy: Policy, *, blocked: bool = False) -> list[Retry | Done]:
    """Play an event through, each attempt ending alike."""
    history, steps = NEW, []
    while True:
        step = next_step(attempt, history, policy, blocked=blocked)
        steps.append(step)
        if isinstance(step, Done):
            return steps
        history = History(step.errors, step.refusals, history.age + step.delay)


def test_what_succeeds_is_done():
    assert next_step(SUCCEEDED, NEW, Policy(), blocked=False) == Done(SUCCESS, invocations=1)


def test_a_function_error_is_retried_after_one_and_then_two_minutes():
    *retries, done = outcomes(FAILED, Policy())
    assert [retry.delay for retry in retries] == [timedelta(minutes=1), timedelta(minutes=2)]
    assert done == Done(RETRIES_EXHAUSTED, invocations=3)


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_a_function_is_retried_as_often_as_configured(retries):
    assert outcomes(FAILED, Policy(retries=retries))[-1] == Done(
        RETRIES_EXHAUSTED, invocations=retries + 1
    )


def test_a_retry_that_would_be_too_late_isnt_made():
    *retries, done = outcomes(FAILED, Policy(age=timedelta(seconds=90)))
    assert len(retries) == 1
    assert done == Done(EVENT_AGE_EXCEEDED, invocations=2)


def test_throttled_events_wait_longer_each_time_up_to_five_minutes_for_six_hours():
    *retries, done = outcomes(THROTTLED, Policy())
    delays = [retry.delay for retry in retries]
    assert delays[:4] == [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8)]
    assert delays[-1] == LONGEST_BACKOFF
    assert timedelta(hours=5, minutes=55) <= sum(delays, timedelta()) <= timedelta(hours=6)
    assert done == Done(EVENT_AGE_EXCEEDED, invocations=0)


def test_system_errors_are_retried_like_throttled_events():
    assert outcomes(BROKEN, Policy()) == outcomes(THROTTLED, Policy())


def test_a_blocked_function_gets_no_retry():
    assert outcomes(THROTTLED, Policy(), blocked=True) == [
        Done(ZERO_RESERVED_CONCURRENCY, invocations=0)
    ]


@given(errors=st.integers(0, 2), refusals=st.integers(0, 100), age=st.timedeltas(timedelta()))
def test_only_attempts_that_reached_the_function_count_against_its_retries(errors, refusals, age):
    step = next_step(THROTTLED, History(errors, refusals, age), Policy(), blocked=False)
    if isinstance(step, Retry):
        assert step.errors == errors
        assert timedelta() < step.delay <= LONGEST_BACKOFF
    else:
        assert step == Done(EVENT_AGE_EXCEEDED, invocations=errors)
