"""Draws the axis of a timeline: dates, steps, and what is cut out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import escape
from typing import Final

from harness.observe.durable.axis import Axis, Stretch
from harness.observe.durable.dates import dates_of
from harness.observe.durable.wording import elided
from harness.observe.durations import in_words

from .labels import width_of

TOP: Final = 44.0
"""Height of the axis."""

_DATES, _LENGTHS = 12.0, 30.0
_APART: Final = 66.0
_STEPS: Final = tuple(
    timedelta(milliseconds=count)
    for count in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000)
) + tuple(
    timedelta(minutes=count)
    for count in (1, 2, 5, 10, 20, 30, 60, 120, 360, 720, 1440, 7200, 14_400, 43_200, 144_000)
)


def break_width(length: timedelta) -> float:
    """Return how wide a break is: its label has to fit."""
    return width_of(elided(length)) + 12


def axis_parts(axis: Axis, left: float, bottom: float) -> Iterator[str]:
    """Yield what lies behind the rows: what is cut out, with its length, then steps and dates."""
    y = TOP - 6
    for stretch in axis.stretches:
        x, right = left + stretch.left, left + stretch.right
        if stretch.is_break:
            yield from _cut(stretch, x, right, bottom)
        else:
            yield f'<path class="axis" d="M{x:.1f},{y:.0f} H{right:.1f}"/>'
            yield from _steps(stretch, left, bottom)
    yield from _dates(axis, left)


def _cut(stretch: Stretch, x: float, right: float, bottom: float) -> Iterator[str]:
    length, middle, y = escape(elided(stretch.length)), (x + right) / 2, TOP - 6
    yield (
        f'<rect class="cut" x="{x:.1f}" y="{TOP - 12:.0f}" width="{right - x:.1f}"'
        f' height="{bottom - TOP + 8:.1f}"><title>{length}, not drawn to scale</title></rect>'
    )
    yield (
        f'<path class="axis" d="M{x:.1f},{y:.0f} H{middle - 6:.1f} l3,-5 l6,10 l3,-5'
        f' H{right:.1f}"/>'
    )
    yield (
        f'<text class="elided" x="{middle:.1f}" y="{_LENGTHS}" text-anchor="middle">{length}</text>'
    )


def _steps(stretch: Stretch, left: float, bottom: float) -> Iterator[str]:
    """Yield lines at even steps, in parts that are wide enough for them."""
    count = int((stretch.right - stretch.left) / _APART)
    if count < 2 or not stretch.length:
        return
    step = next((step for step in _STEPS if stretch.length / step <= count), _STEPS[-1])
    for number in range(1, int(stretch.length / step) + 1):
        at = stretch.position(stretch.start + number * step)
        yield f'<path class="grid" d="M{left + at:.1f},{TOP - 8:.0f} V{bottom - 4:.0f}"/>'
        if at + _APART / 2 <= stretch.right:
            yield (
                f'<text class="tick" x="{left + at:.1f}" y="{_LENGTHS}" text-anchor="middle">'
                f"+{in_words(number * step)}</text>"
            )


def _dates(axis: Axis, left: float) -> Iterator[str]:
    for x, text in dates_of(axis, width_of, apart=8):
        yield f'<text class="tick" x="{left + x:.1f}" y="{_DATES}">{text}</text>'
