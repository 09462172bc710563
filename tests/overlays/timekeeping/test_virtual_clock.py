"""The clock's discrete-event run, on a machine clock that stands."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from harness.overlays.core.virtual_clock import (
    FOREVER,
    SECOND,
    AdvanceRefusedError,
    VirtualClock,
    to_ns,
)

START = 1_700_000_000
LONG = 30.0
"""Seconds of machine time after which a test has failed."""


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(machine_ns=lambda: START * SECOND)


def in_thread(function) -> threading.Thread:
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def test_it_ends_exactly_at_the_instant_that_was_asked_for(clock):
    clock.advance(by_ns=1)
    clock.advance(by_ns=SECOND // 3)
    assert clock.now_ns() == START * SECOND + 1 + SECOND // 3


def test_a_callback_sees_the_instant_at_which_it_was_due(clock):
    seen = []
    for seconds in (300, 0.1, 86_400):
        clock.schedule(START + seconds, lambda: seen.append(clock.now()), what="timer")
    clock.advance(by_ns=2 * 86_400 * SECOND)
    assert seen == [START + 0.1, START + 300, START + 86_400]


def test_what_a_callback_sets_fires_in_the_same_run(clock):
    fired = []

    def again() -> None:
        fired.append(clock.now() - START)
        clock.schedule(clock.now() + 10, again, what="again")

    clock.schedule(START + 10, again, what="again")
    run = clock.advance(by_ns=45 * SECOND)
    assert fired == [10, 20, 30, 40]
    assert [one.what for one in run.fired] == ["again"] * 4


def test_of_two_that_are_due_at_once_the_older_fires_first_and_ends_first(clock):
    order = []

    def slow() -> None:
        threading.Event().wait(0.05)
        order.append("slow")

    clock.schedule(START + 1, slow, what="slow")
    clock.schedule(START + 1, lambda: order.append("quick"), what="quick")
    clock.advance(by_ns=SECOND)
    assert order == ["slow", "quick"]


def test_it_never_goes_back(clock):
    clock.advance(by_ns=10 * SECOND)
    with pytest.raises(ValueError, match="can't go back"):
        clock.advance(to_ns=START * SECOND)
    assert clock.now() == START + 10


def test_it_refuses_to_go_too_far(clock):
    with pytest.raises(ValueError, match="year 2099"):
        clock.advance(by_ns=200 * 365 * 86_400 * SECOND)


def test_a_second_advance_is_refused_while_one_is_under_way(clock):
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        leave.wait(LONG)

    clock.schedule(START + 1, hold, what="hold")
    running = in_thread(lambda: clock.advance(by_ns=5 * SECOND))
    assert inside.wait(LONG)
    with pytest.raises(AdvanceRefusedError, match="being moved already"):
        clock.advance(by_ns=1)
    leave.set()
    running.join(LONG)
    assert clock.now() == START + 5


def test_a_jump_waits_for_what_is_in_flight(clock):
    begun, go_on = threading.Event(), threading.Event()
    seen = []

    def work() -> None:
        with clock.in_flight.work("a request"):
            begun.set()
            go_on.wait(LONG)
            seen.append(clock.now() - START)

    worker = in_thread(work)
    assert begun.wait(LONG)
    moving = in_thread(lambda: clock.advance(by_ns=60 * SECOND))
    while clock._is_moved is False:
        threading.Event().wait(0.001)
    go_on.set()
    moving.join(LONG)
    worker.join(LONG)
    assert seen == [0]
    assert clock.now() == START + 60


def test_what_takes_too_long_is_named_and_left_behind(clock):
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with clock.in_flight.work("a step of 75 seconds"):
            begun.set()
            go_on.wait(LONG)

    worker = in_thread(work)
    assert begun.wait(LONG)
    clock.schedule(START + 1, lambda: None, what="one")
    clock.schedule(START + 2, lambda: None, what="two")
    run = clock.advance(by_ns=60 * SECOND, settle_seconds=0.05)
    go_on.set()
    worker.join(LONG)
    assert run.unsettled == ["a step of 75 seconds"]
    assert [one.what for one in run.fired] == ["one", "two"]


def test_a_wait_ends_at_its_instant_and_says_that_nothing_came(clock):
    ended = []
    event = threading.Event()
    waiting = threading.Event()

    def wait() -> None:
        with clock.in_flight.work("a waiter"):
            waiting.set()
            ended.append((clock.wait(event, START + 300), clock.now() - START))

    thread = in_thread(wait)
    assert waiting.wait(LONG)
    clock.advance(by_ns=299 * SECOND)
    assert ended == []
    clock.advance(by_ns=SECOND)
    thread.join(LONG)
    assert ended == [(False, 300)]


def test_a_wait_ends_when_its_event_is_set_and_leaves_no_timer(clock):
    event, ended = threading.Event(), []
    waiting = threading.Event()

    def wait() -> None:
        waiting.set()
        ended.append(clock.wait(event, START + 300))

    thread = in_thread(wait)
    assert waiting.wait(LONG)
    while not clock.pending():
        threading.Event().wait(0.001)
    event.set()
    thread.join(LONG)
    assert ended == [True]
    assert clock.pending() == 0


def test_an_event_that_is_set_for_a_moment_only_ends_a_wait_too(clock):
    event, ended = threading.Event(), []
    thread = in_thread(lambda: ended.append(clock.wait(event, FOREVER)))
    while not event._cond._waiters:
        threading.Event().wait(0.001)
    event.set()
    event.clear()
    thread.join(LONG)
    assert ended == [True]


def test_who_is_notified_is_in_flight_before_its_thread_runs(clock):
    """A chain of threads, each woken by the one before: no jump comes in between."""
    events = [threading.Event() for _ in range(20)]
    seen = []

    def link(number: int) -> None:
        with clock.in_flight.work(f"link {number}"):
            clock.wait(events[number], FOREVER)
            seen.append(clock.now() - START)
            if number + 1 < len(events):
                events[number + 1].set()

    threads = [in_thread(lambda number=number: link(number)) for number in range(len(events))]
    for event in events:
        while not event._cond._waiters:
            threading.Event().wait(0.001)
    clock.schedule(START + 5, events[0].set, what="the first")
    clock.schedule(START + 6, lambda: seen.append("next"), what="the next")
    clock.advance(by_ns=10 * SECOND)
    for thread in threads:
        thread.join(LONG)
    assert seen == [5] * 20 + ["next"]


def test_a_poller_looks_again_before_each_jump(clock):
    state, seen = {"is_done": False}, []

    def poll() -> None:
        with clock.in_flight.work("a poller"):
            while not state["is_done"]:
                clock.poll(every_seconds=LONG)
            seen.append(clock.now() - START)

    thread = in_thread(poll)
    while not clock._pollers:
        threading.Event().wait(0.001)
    clock.schedule(START + 60, lambda: state.update(is_done=True), what="the job ends")
    clock.schedule(START + 61, lambda: seen.append("later"), what="later")
    clock.advance(by_ns=3600 * SECOND)
    thread.join(LONG)
    assert seen == [60, "later"]


def test_a_timer_that_fails_doesnt_stop_the_run(clock):
    def fail() -> None:
        raise RuntimeError("no")

    clock.schedule(START + 1, fail, what="failing")
    clock.schedule(START + 2, lambda: None, what="next")
    run = clock.advance(by_ns=5 * SECOND)
    assert [one.what for one in run.fired] == ["failing", "next"]


def test_a_forgotten_accounts_timers_dont_fire(clock):
    fired = []
    for account in ("111111111111", "222222222222"):
        clock.schedule(
            START + 1, lambda account=account: fired.append(account), what="it", account=account
        )
    clock.forget("111111111111")
    clock.advance(by_ns=SECOND)
    assert fired == ["222222222222"]


def test_time_runs_on_with_the_machines_and_fires_what_is_due():
    clock = VirtualClock()
    fired = threading.Event()
    clock.advance(by_ns=3600 * SECOND)
    clock.schedule(clock.now() + 0.05, fired.set, what="soon")
    assert fired.wait(LONG)


def test_what_the_machine_showed_at_an_instant_can_be_looked_up():
    machine = [START * SECOND]
    clock = VirtualClock(machine_ns=lambda: machine[0])
    machine[0] += 10 * SECOND
    clock.advance(by_ns=60 * SECOND)
    machine[0] += 10 * SECOND
    assert clock.was_ahead_ns((START + 5) * SECOND) == 0
    assert clock.was_ahead_ns((START + 15) * SECOND) == 60 * SECOND
    assert clock.was_ahead_ns((START + 70) * SECOND) == 0


@pytest.mark.parametrize("seconds", [0.1, 1 / 3, 1_700_000_000.123456, 1_790_000_000.9999998])
def test_an_instants_float_is_reached_in_its_nanosecond(seconds):
    assert to_ns(seconds) / SECOND >= seconds
    assert to_ns(seconds) - 1 <= seconds * SECOND + 256


class Timeline(RuleBasedStateMachine):
    """Timers set, cancelled, and time moved, at random."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock(machine_ns=lambda: START * SECOND)
        self.pending: dict[int, tuple[int, object]] = {}
        self.fired: list[int] = []
        self.numbers = iter(range(1 << 30))
        self.latest = 0

    @rule(seconds=st.integers(1, 50))
    def set(self, seconds):
        number = next(self.numbers)
        at = self.clock.now_ns() + seconds * SECOND
        timer = self.clock.schedule(
            at / SECOND, lambda: self.fired.append(number), what=str(number), account="1"
        )
        self.pending[number] = (timer.at_ns, timer)

    @precondition(lambda self: self.pending)
    @rule(data=st.data())
    def cancel(self, data):
        number = data.draw(st.sampled_from(sorted(self.pending)))
        _, timer = self.pending.pop(number)
        timer.cancel()

    @rule(by=st.timedeltas(timedelta(), timedelta(seconds=40)))
    def advance(self, by):
        before = self.clock.now_ns()
        by_ns = int(by / timedelta(microseconds=1)) * 1000
        self.fired.clear()
        self.clock.advance(by_ns=by_ns)
        assert self.clock.now_ns() == before + by_ns
        due = sorted((at, number) for number, (at, _) in self.pending.items())
        due = [(at, number) for at, number in due if at <= self.clock.now_ns()]
        assert self.fired == [number for _, number in due]
        for _, number in due:
            del self.pending[number]

    @invariant()
    def time_never_goes_back(self):
        assert self.clock.now_ns() >= self.latest
        self.latest = self.clock.now_ns()

    @invariant()
    def what_is_pending_is_counted(self):
        assert self.clock.pending() == len(self.pending)


TestTimeline = Timeline.TestCase
TestTimeline.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
