"""An axis on which a step's milliseconds and a wait's months are both seen."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.observe.durable.axis import Axis, axis_of

from .conftest import START, at

WIDTH, BREAK, LEAST = 700.0, 60.0, 14.0


def laid_out(*instants, width: float = WIDTH) -> Axis:
    return axis_of(instants, width, break_width=lambda length: BREAK, least=LEAST)


def test_without_long_pauses_the_axis_is_to_scale():
    axis = laid_out(START, at(seconds=1), at(seconds=4))
    (whole,) = axis.stretches
    assert (whole.left, whole.right, whole.is_break) == (0, WIDTH, False)
    first, last = axis.position(START), axis.position(at(seconds=4))
    assert axis.position(at(seconds=1)) - first == pytest.approx((last - first) / 4)


def test_three_months_are_cut_out_exactly():
    pause = timedelta(days=90, milliseconds=-700)
    axis = laid_out(
        START, at(milliseconds=700), at(milliseconds=700) + pause, at(days=90, seconds=1)
    )
    assert [stretch.is_break for stretch in axis.stretches] == [False, True, False]
    (cut,) = axis.breaks
    assert (cut.start, cut.end, cut.length) == (at(milliseconds=700), at(days=90), pause)
    assert cut.right - cut.left == BREAK
    drawn = sum((one.length for one in axis.stretches if not one.is_break), timedelta())
    assert drawn == timedelta(milliseconds=1700)


def test_what_is_not_cut_out_keeps_one_scale():
    axis = laid_out(START, at(seconds=2), at(days=1), at(days=1, seconds=4))
    first, _, last = axis.stretches
    assert last.right - last.left == pytest.approx(2 * (first.right - first.left))


def test_pauses_of_every_scale_are_cut_out_where_there_is_room():
    axis = laid_out(
        START, at(milliseconds=100), at(seconds=5), at(seconds=65), at(hours=1), at(days=90)
    )
    lengths = [cut.length for cut in axis.breaks]
    assert lengths == [
        timedelta(milliseconds=4900),
        timedelta(seconds=60),
        timedelta(hours=1, seconds=-65),
        timedelta(days=90, hours=-1),
    ]


def test_where_there_is_no_room_the_longest_alone_are_cut_out():
    axis = laid_out(
        START,
        at(milliseconds=100),
        at(seconds=5),
        at(seconds=65),
        at(hours=1),
        at(days=90),
        width=110,
    )
    assert [cut.length for cut in axis.breaks] == [timedelta(days=90, hours=-1)]


def test_equal_pauses_are_no_exception_to_each_other():
    axis = laid_out(*(at(hours=hours) for hours in range(40)))
    assert axis.breaks == []


@pytest.mark.parametrize("length", [timedelta(milliseconds=999), timedelta(seconds=1)], ids=str)
def test_less_than_a_second_is_never_cut_out(length):
    axis = laid_out(START, START + length, START + length + timedelta(microseconds=1))
    assert bool(axis.breaks) == (length >= timedelta(seconds=1))


def test_what_happens_at_one_instant_between_two_pauses_is_apart_from_both():
    axis = laid_out(START, at(seconds=1), at(days=30), at(days=90), at(days=90, seconds=1))
    before, after = axis.breaks
    assert before.right + LEAST / 2 == axis.position(at(days=30)) == after.left - LEAST / 2


def test_a_single_instant_has_a_place():
    assert 0 <= laid_out(START).position(START) <= WIDTH


def test_what_lies_beyond_is_drawn_at_the_ends():
    axis = laid_out(START, at(seconds=1))
    assert axis.position(at(days=1)) == axis.position(at(seconds=1))
    assert axis.position(at(days=-1)) == axis.position(START)


spans = st.one_of(
    st.integers(0, 10**6),  # microseconds up to a second
    st.integers(0, 365 * 24 * 3600).map(lambda seconds: seconds * 10**6),
)


@given(steps=st.lists(spans, max_size=30), width=st.sampled_from([40.0, 200.0, WIDTH]))
def test_whatever_happens_order_is_kept_and_the_width_is_filled(steps, width):
    instants = [START]
    for step in steps:
        instants.append(instants[-1] + timedelta(microseconds=step))
    axis = laid_out(*instants, width=width)
    assert axis.stretches[0].left == 0
    assert axis.stretches[-1].right == pytest.approx(width)
    assert all(
        one.right == two.left and one.end == two.start for one, two in pairwise(axis.stretches)
    )
    assert (axis.stretches[0].start, axis.stretches[-1].end) == (instants[0], instants[-1])
    # All time is on the axis: drawn, or in a break that says how long it is.
    assert sum((one.length for one in axis.stretches), timedelta()) == instants[-1] - instants[0]
    positions = [axis.position(instant) for instant in instants]
    assert positions == sorted(positions)
    assert all(0 <= position <= width + 1e-6 for position in positions)
    # Nothing happens in what is cut out.
    for cut in axis.breaks:
        assert not any(cut.start < instant < cut.end for instant in instants)
