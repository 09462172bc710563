"""The clock where time has to be waited for, and where it can be moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.observe import machine_time
from harness.suite.clock import Clock

MINUTE = timedelta(minutes=1)


class MachineTime:
    """The machine's time, passing only in pauses."""

    def __init__(self, monkeypatch):
        self.passed = timedelta()
        monkeypatch.setattr(machine_time, "now", lambda: self.passed)
        monkeypatch.setattr(machine_time, "pause", self.pause)

    def pause(self, duration):
        self.passed += duration


class TravellingTime:
    """A target's time that can be moved."""

    def __init__(self):
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self):
        return self.at

    def advance(self, duration):
        self.at += duration

    def run_until(self, assertion, within):
        end = self.at + within
        while True:
            try:
                return assertion()
            except AssertionError:
                if self.at >= end:
                    raise
                self.at += MINUTE


class Item:
    def __init__(self):
        self.user_properties = []


@pytest.fixture
def machine(monkeypatch):
    return MachineTime(monkeypatch)


@pytest.fixture
def said():
    return []


@pytest.fixture
def item():
    return Item()


@pytest.fixture
def waiting(machine, said, item):
    """A clock that waits, ten minutes at most."""

    def tell(line, *, level=1, passing=False):
        said.append(("passing " if passing else "") + line)

    return Clock(None, longest_wait=10 * MINUTE, tell=tell, current=lambda: item)


@pytest.fixture
def travelling(machine):
    return Clock(TravellingTime(), longest_wait=10 * MINUTE, tell=lambda line, **_: None)


def test_it_waits_as_long_as_asked(waiting, machine):
    waiting.advance(minutes=5, seconds=30)

    assert machine.passed == timedelta(minutes=5, seconds=30)


def test_it_says_how_long_is_left(waiting, said):
    waiting.advance(minutes=2)

    assert said[0] == "clock: waiting 2 min, for this target's time can't be moved"
    assert "passing clock: ████████████░░░░░░░░░░░░ 1 min left" in said
    assert "clock: 1 min left" in said  # for logs, in which nothing can be replaced


def test_what_takes_too_long_is_skipped_and_says_why(waiting, machine, item):
    with pytest.raises(pytest.skip.Exception) as skipped:
        waiting.advance(days=365)

    assert str(skipped.value) == (
        "365 days would have to pass, which only a target that can move time shows (time-travel); "
        "a run waits 10 min at most (--longest-wait)"
    )
    assert machine.passed == timedelta()
    assert item.user_properties == [("lacks", "time-travel")]


def test_it_waits_until_something_holds(waiting, machine):
    def three_minutes_have_passed():
        assert machine.passed >= 3 * MINUTE
        return "done"

    assert waiting.run_until(three_minutes_have_passed, within=5 * MINUTE) == "done"
    assert machine.passed < 4 * MINUTE


def test_what_never_holds_fails_when_its_time_is_over(waiting, machine):
    def never():
        assert machine.passed > 5 * MINUTE

    with pytest.raises(AssertionError):
        waiting.run_until(never, within=5 * MINUTE)
    assert machine.passed == 5 * MINUTE


def test_a_condition_may_answer_false(waiting, machine):
    assert waiting.run_until(lambda: machine.passed >= MINUTE, within=2 * MINUTE)
    with pytest.raises(AssertionError, match="the condition is still false"):
        waiting.run_until(lambda: False, within=MINUTE)


def test_what_might_hold_after_the_longest_wait_is_skipped_not_failed(waiting, machine):
    def after_an_hour():
        assert machine.passed >= timedelta(hours=1)

    with pytest.raises(pytest.skip.Exception, match="2 h may have to pass"):
        waiting.run_until(after_an_hour, within=timedelta(hours=2))
    assert machine.passed == 10 * MINUTE


def test_a_duration_is_shortened_and_the_report_says_so(waiting, item):
    week = timedelta(days=7)

    assert waiting.shortened(week, to=MINUTE) == MINUTE
    assert item.user_properties == [("shortened", "7 days to 1 min")]


def test_nothing_is_shortened_to_something_longer(waiting):
    with pytest.raises(ValueError, match="doesn't shorten"):
        waiting.shortened(MINUTE, to=2 * MINUTE)


def test_time_that_can_be_moved_is_moved(travelling, machine):
    before = travelling.now()

    travelling.advance(days=365)

    assert travelling.now() - before == timedelta(days=365)
    assert machine.passed == timedelta()
    assert travelling.shortened(timedelta(days=7), to=MINUTE) == timedelta(days=7)


def test_moved_time_runs_until_something_holds(travelling, machine):
    start = travelling.now()

    def an_hour_is_over():
        assert travelling.now() >= start + timedelta(hours=1)
        return "over"

    assert travelling.run_until(an_hour_is_over, within=timedelta(days=1)) == "over"
    assert machine.passed == timedelta()


@pytest.mark.parametrize("clock", ["waiting", "travelling"])
def test_time_never_goes_back(request, clock):
    with pytest.raises(ValueError, match="doesn't go back"):
        request.getfixturevalue(clock).advance(seconds=-1)
