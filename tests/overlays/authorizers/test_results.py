"""Cached answers: each lives as long as its API says, and is its identity's alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.overlays.authorizers import results
from harness.overlays.authorizers.answer import Answer
from harness.overlays.authorizers.results import Key, Results

ANSWER = Answer("somebody", (), {})
KEY = Key("111111111111", "us-east-1", "api", "live", "1", "authorizer", ("token",))


@pytest.fixture
def clock(monkeypatch):
    """The wall clock, in seconds, to be set."""

    class Clock:
        now = 1000.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(results, "time", clock)
    return clock


def test_an_answer_lives_until_its_time_is_over(clock):
    kept = Results()
    kept.keep(KEY, ANSWER, 300)
    clock.now += 299
    assert kept.get(KEY) == ANSWER
    clock.now += 1
    assert kept.get(KEY) is None


def test_using_an_answer_does_not_prolong_it(clock):
    kept = Results()
    kept.keep(KEY, ANSWER, 300)
    clock.now += 200
    kept.get(KEY)
    clock.now += 200
    assert kept.get(KEY) is None


def test_no_time_to_live_means_no_cache(clock):
    kept = Results()
    kept.keep(KEY, ANSWER, 0)
    assert kept.get(KEY) is None


@pytest.mark.parametrize(
    "other", [{"identity": ("other",)}, {"stage": "test"}, {"deployment": "2"}, {"authorizer": "b"}]
)
def test_an_answer_is_not_given_to_others(clock, other):
    kept = Results()
    kept.keep(KEY, ANSWER, 300)
    assert kept.get(replace(KEY, **other)) is None


@pytest.mark.parametrize(
    ("account", "region", "remains"),
    [
        (KEY.account, KEY.region, False),
        (KEY.account, None, False),
        (KEY.account, "eu-west-1", True),
        ("222222222222", None, True),
    ],
    ids=["its region", "its account", "another region", "another account"],
)
def test_an_accounts_answers_are_forgotten(clock, account, region, remains):
    kept = Results()
    kept.keep(KEY, ANSWER, 300)
    kept.forget(account, region)
    assert (kept.get(KEY) is not None) is remains
