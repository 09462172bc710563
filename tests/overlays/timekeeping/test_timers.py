"""The heap of timers, without a clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.core.timers import Timers


def nothing() -> None:
    """Fire nothing."""


def drained(timers: Timers, until_ns: int = 1 << 62) -> list[str]:
    found = []
    while (timer := timers.pop_due(until_ns)) is not None:
        found.append(timer.what)
    return found


def test_what_is_due_first_comes_first_and_of_two_the_older():
    timers = Timers()
    for what, at in (("late", 30), ("early", 10), ("as early", 10), ("between", 20)):
        timers.add(at, nothing, what=what)
    assert drained(timers) == ["early", "as early", "between", "late"]


def test_nothing_is_taken_before_it_is_due():
    timers = Timers()
    timers.add(10, nothing, what="due at ten")
    assert timers.pop_due(9) is None
    assert drained(timers, 10) == ["due at ten"]


def test_a_cancelled_timer_neither_fires_nor_counts():
    timers = Timers()
    timer = timers.add(10, nothing, what="cancelled")
    timers.add(20, nothing, what="kept")
    timer.cancel()
    timer.cancel()
    assert len(timers) == 1
    assert drained(timers) == ["kept"]
    assert len(timers) == 0


def test_cancelled_timers_leave_the_heap():
    timers = Timers()
    timers.add(1 << 60, nothing, what="kept")
    for at in range(10_000):
        timers.add((1 << 61) + at, nothing, what="cancelled").cancel()
        timers.next()
    assert len(timers._heap) < 200


def test_an_accounts_timers_are_found():
    timers = Timers()
    mine = timers.add(10, nothing, what="mine", account="111111111111")
    timers.add(10, nothing, what="another's", account="222222222222")
    assert timers.of("111111111111") == [mine]


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans())))
def test_the_order_is_that_of_a_stable_sort(wanted):
    timers = Timers()
    kept = []
    for number, (at, is_cancelled) in enumerate(wanted):
        timer = timers.add(at, nothing, what=str(number))
        if is_cancelled:
            timer.cancel()
        else:
            kept.append((at, number))
    assert drained(timers) == [str(number) for _, number in sorted(kept)]
