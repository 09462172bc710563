"""When EventBridge tries again, without an emulator."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.event_delivery.retry_policy import (
    BY_AGE,
    BY_ATTEMPTS,
    LONGEST_DELAY_SECONDS,
    GiveUp,
    Retry,
    RetryPolicy,
    delay_seconds,
)


def outcome(policy: RetryPolicy, seed: int = 0) -> tuple[int, GiveUp]:
    """Fail until the policy gives up; returns the number of retries and the end."""
    chance, now, retries = random.Random(seed), 0.0, 0
    while True:
        next_ = policy.after_failure(retries, ingested_at=0, now=now, chance=chance)
        if isinstance(next_, GiveUp):
            return retries, next_
        assert next_.at > now
        now, retries = next_.at, retries + 1


@pytest.mark.parametrize(
    ("target", "policy"),
    [
        ({}, RetryPolicy(185, 86_400)),
        ({"RetryPolicy": {}}, RetryPolicy(185, 86_400)),
        ({"RetryPolicy": {"MaximumRetryAttempts": 0}}, RetryPolicy(0, 86_400)),
        ({"RetryPolicy": {"MaximumEventAgeInSeconds": 60}}, RetryPolicy(185, 60)),
    ],
    ids=["none", "empty", "no retries", "a minute"],
)
def test_what_a_policy_leaves_out_is_awss_default(target, policy):
    assert RetryPolicy.of(target) == policy


def test_a_policy_without_retries_gives_up_at_once():
    assert outcome(RetryPolicy(0, 86_400)) == (0, GiveUp(0, BY_ATTEMPTS))


@given(st.integers(0, 2**32))
def test_the_default_policy_retries_for_most_of_a_day(seed):
    retries, end = outcome(RetryPolicy(), seed)
    assert retries <= 185
    assert 18 * 3600 < end.at <= 86_400


@given(attempts=st.integers(0, 185), age=st.integers(60, 86_400), seed=st.integers(0, 2**32))
def test_whichever_comes_first_ends_it(attempts, age, seed):
    retries, end = outcome(RetryPolicy(attempts, age), seed)
    assert retries <= attempts
    assert end.at <= age
    assert end.condition == (BY_ATTEMPTS if retries == attempts else BY_AGE)
    if end.condition == BY_AGE:
        assert end.at == age


@given(st.integers(0, 10_000), st.integers(0, 2**32))
def test_the_delay_doubles_up_to_a_limit_with_jitter(retries, seed):
    longest = min(2.0 ** min(retries, 40), LONGEST_DELAY_SECONDS)
    assert longest / 2 <= delay_seconds(retries, random.Random(seed)) <= longest


def test_the_jitter_differs():
    chance = random.Random(1)
    delays = [delay_seconds(5, chance) for _ in range(20)]
    assert len(set(delays)) == len(delays)
    assert all(earlier != later for earlier, later in itertools.pairwise(delays))


def test_a_target_may_ask_to_be_left_alone_for_longer():
    policy = RetryPolicy(185, 3600)
    at = {"ingested_at": 0, "now": 10.0, "chance": random.Random(0)}
    assert policy.after_failure(0, not_before=500, **at) == Retry(500)
    assert policy.after_failure(0, not_before=5000, **at) == GiveUp(3600, BY_AGE)
