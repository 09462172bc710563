"""An emulator's time as tests move it, against a control API of a few lines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness import wire
from harness.errors import HarnessError
from harness.targets.emulated_time import EmulatedTime

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def ns(at: datetime) -> int:
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) * 1000


class Emulator:
    """Keeps a time and timers, and fires those that an advance passes."""

    def __init__(self) -> None:
        self.now = ns(START)
        self.timers: list[int] = []
        self.fired: list[int] = []
        self.status = 200
        self.moves = 0
        self.more: dict = {}

    def __call__(self, method, path, document=None, *, timeout_seconds=60):
        if self.status != 200:
            return self.status, {"message": "The clock is being moved already."}
        if path == wire.CLOCK_PATH:
            return 200, {"now_ns": self.now, "next": self._next(), **self.more}
        assert (method, path) == ("POST", wire.ADVANCE_PATH)
        self.moves += 1
        began = self.now
        if "to" in document:
            self.now = ns(datetime.fromisoformat(document["to"]))
        else:
            self.now += round(document["seconds"] * 1e9)
        due = sorted(at for at in self.timers if at <= self.now)
        self.fired += due
        self.timers = [at for at in self.timers if at > self.now]
        fired = [{"at_ns": at, "what": "a timer", "account": ""} for at in due]
        return 200, {
            "from_ns": began,
            "now_ns": self.now,
            "fired": fired,
            "fired_count": len(fired),
            "unsettled": [],
            "next": self._next(),
        }

    def _next(self):
        return {"at_ns": min(self.timers)} if self.timers else None


@pytest.fixture
def emulator():
    return Emulator()


@pytest.fixture
def time(emulator):
    return EmulatedTime(emulator)


def test_an_advance_says_what_fired_and_when(emulator, time):
    emulator.timers = [ns(START + timedelta(minutes=5)), ns(START + timedelta(hours=2))]
    moved = time.advance(timedelta(hours=1))
    assert moved.now == time.now() == START + timedelta(hours=1)
    assert [(one.after, one.what) for one in moved.fired] == [(timedelta(minutes=5), "a timer")]
    assert moved.next_due == START + timedelta(hours=2)


def test_time_doesnt_go_back(time):
    with pytest.raises(ValueError, match="doesn't go back"):
        time.advance(timedelta(seconds=-1))


def test_somebody_elses_advance_is_told_with_a_remedy(emulator, time):
    emulator.status = 409
    with pytest.raises(HarnessError, match=r"can't be moved now: .*an emulator each"):
        time.advance(timedelta(seconds=1))


def test_run_until_stops_at_the_first_timer_after_which_it_holds(emulator, time):
    emulator.timers = [ns(START + timedelta(days=day)) for day in range(1, 10)]

    def fired_three_times():
        assert len(emulator.fired) >= 3
        return "held"

    assert time.run_until(fired_three_times, timedelta(days=30)) == "held"
    assert time.now() - START < timedelta(days=3, seconds=1)
    assert emulator.moves == 1 + 3  # once to let settle what is under way


def test_run_until_waits_for_a_timer_that_something_under_way_is_about_to_set(emulator, time):
    def in_flight(method, path, document=None, **options):
        if path == wire.ADVANCE_PATH and not emulator.moves:
            emulator.timers = [ns(START + timedelta(days=1))]
        return emulator(method, path, document, **options)

    def fired():
        assert emulator.fired

    EmulatedTime(in_flight).run_until(fired, timedelta(days=365))
    assert time.now() - START < timedelta(days=1, seconds=1)


def test_run_until_does_not_go_back_to_a_timer_that_time_has_passed_by_itself(emulator, time):
    def in_running_time(method, path, document=None, **options):
        emulator.now += 3_000_000
        if (
            document
            and "to" in document
            and ns(datetime.fromisoformat(document["to"])) < emulator.now
        ):
            return 400, {"message": "The clock can't go back: the instant is past."}
        return emulator(method, path, document, **options)

    emulator.timers = [ns(START) + milliseconds * 1_000_000 for milliseconds in (1, 5, 20)]

    def all_fired():
        assert len(emulator.fired) == 3

    EmulatedTime(in_running_time).run_until(all_fired, timedelta(seconds=1))


def test_run_until_moves_nothing_when_it_holds_already(emulator, time):
    assert time.run_until(lambda: 1, timedelta(days=1)) == 1
    assert emulator.moves == 0


def test_run_until_ends_at_the_limit_and_raises_what_was_seen_last(emulator, time, monkeypatch):
    monkeypatch.setattr("harness.targets.emulated_time._LAST_LOOK", timedelta(0))
    emulator.timers = [ns(START + timedelta(hours=1)), ns(START + timedelta(days=2))]

    def never():
        raise AssertionError("not yet")

    with pytest.raises(AssertionError, match="not yet"):
        time.run_until(never, timedelta(days=1))
    assert time.now() == START + timedelta(days=1)
    assert len(emulator.fired) == 1


def test_time_that_was_moved_is_described(emulator):
    time = EmulatedTime(emulator)
    emulator.more = {"ahead_ns": 0}
    assert time.describe() == ""

    day = 86_400 * 10**9
    emulator.more = {"ahead_ns": day, "now": "2026-03-03T10:00:00Z", "seed": 7}
    assert time.describe() == "2026-03-03T10:00:00Z, 1 day ahead of this machine, seed 7"
    emulator.more |= {"next": {"what": "a wait", "at": "2026-03-04T10:00:00Z"}}
    assert time.describe().endswith("seed 7; next: a wait, 2026-03-04T10:00:00Z")
