"""Waiting with `eventually`, on a machine time that the tests move themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.observe import machine_time
from harness.observe.eventually import eventually

WITHIN = timedelta(seconds=10)


@pytest.fixture
def pauses(monkeypatch):
    """The machine's time: it passes in pauses alone, which are recorded."""
    made: list[timedelta] = []
    monkeypatch.setattr(machine_time, "now", lambda: sum(made, timedelta()))
    monkeypatch.setattr(machine_time, "pause", made.append)
    return made


@pytest.fixture
def failing():
    """Makes an assertion that fails with each of these and then returns "there"."""

    def make(*failures: Exception):
        left = list(failures)

        def look():
            if left:
                raise left.pop(0)
            return "there"

        return look

    return make


def test_what_holds_at_once_is_returned_without_a_pause(pauses, failing):
    assert eventually(failing(), within=WITHIN) == "there"
    assert pauses == []


def test_an_assertion_is_repeated_until_it_holds(pauses, failing):
    look = failing(AssertionError("one"), AssertionError("two"))
    assert eventually(look, within=WITHIN) == "there"
    assert len(pauses) == 2


def test_pauses_start_short_and_grow_to_a_second(pauses, failing):
    eventually(failing(*map(AssertionError, range(20))), within=timedelta(minutes=1))
    assert pauses[0] < timedelta(milliseconds=100)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(seconds=1)


def test_the_pause_can_be_named(pauses, failing):
    eventually(
        failing(AssertionError(), AssertionError()), within=WITHIN, every=timedelta(seconds=3)
    )
    assert pauses == [timedelta(seconds=3)] * 2


def test_the_last_look_is_at_the_deadline_itself(pauses, failing):
    look = failing(*map(AssertionError, range(4)))
    assert eventually(look, within=WITHIN, every=timedelta(seconds=3)) == "there"
    assert sum(pauses, timedelta()) == WITHIN


def test_at_the_deadline_the_last_failure_is_raised_with_how_often_it_was_tried(pauses):
    looks = iter(range(100))

    def look():
        assert next(looks) == "there"

    with pytest.raises(AssertionError) as failure:
        eventually(look, within=WITHIN, every=timedelta(seconds=5))
    assert "2" in str(failure.value)
    (note,) = failure.value.__notes__
    assert "Not within 10 s: tried 3 times in 10.0 s." in note


def test_the_failures_before_the_last_are_counted(pauses):
    failures = iter([AssertionError("empty"), AssertionError("empty"), AssertionError("one item")])

    def look():
        raise next(failures)

    with pytest.raises(AssertionError, match="one item") as failure:
        eventually(look, within=WITHIN, every=timedelta(seconds=5))
    assert "2 × AssertionError: empty" in failure.value.__notes__[0]


def test_a_failure_that_never_changes_is_said_to_be_one(pauses):
    def look():
        raise AssertionError("empty")

    with pytest.raises(AssertionError) as failure:
        eventually(look, within=WITHIN)
    assert "It failed the same way each time." in failure.value.__notes__[0]


def test_another_exception_ends_the_wait_at_once(pauses, failing):
    with pytest.raises(KeyError):
        eventually(failing(AssertionError(), KeyError("a mistake")), within=WITHIN)
    assert len(pauses) == 1


@pytest.mark.parametrize("declared", [LookupError, (OSError, LookupError)], ids=["one", "several"])
def test_declared_exceptions_mean_not_yet(pauses, failing, declared):
    look = failing(KeyError("no such table"), AssertionError("empty"))
    assert eventually(look, within=WITHIN, retry_on=declared) == "there"


def test_a_declared_exception_is_raised_at_the_deadline_too(pauses):
    def look():
        raise KeyError("no such table")

    with pytest.raises(KeyError) as failure:
        eventually(look, within=WITHIN, retry_on=KeyError)
    assert failure.value.__notes__
