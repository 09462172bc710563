"""A time axis that is broken where nothing happens for long, so that what happens stays legible.

What happens takes milliseconds, and what is waited for takes months. Drawn to one scale, a year
would leave nothing of a step. So each pause that is ten times as long as all shorter spans
together is cut out, and labelled with its length. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, groupby, pairwise
from typing import Final

SHORTEST_BREAK: Final = timedelta(seconds=1)
CONTRAST: Final = 10
"""How many times longer than all shorter spans together a pause is that is cut out."""
MOST_FOR_BREAKS: Final = 0.8
"""The share of the width that breaks may take."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Stretch:
    """A part of the axis.

    Attributes:
        start: Its first instant.
        end: Its last instant.
        left: Where it begins.
        right: Where it ends.
        inset: How far its instants keep away from both: beside a break, an edge would hide them.
        is_break: Whether it stands for a pause that isn't drawn to scale.
    """

    start: datetime
    end: datetime
    left: float
    right: float
    inset: float
    is_break: bool

    def position(self, at: datetime) -> float:
        """Return where one of its instants lies."""
        room = self.right - self.left - 2 * self.inset
        share = (at - self.start) / self.length if self.length else 0.5
        return self.left + self.inset + min(max(share, 0.0), 1.0) * room

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Axis:
    """Where instants lie.

    Attributes:
        stretches: Its parts, without gaps, from 0 to the width.
    """

    stretches: tuple[Stretch, ...]

    @property
    def breaks(self) -> list[Stretch]:
        return [stretch for stretch in self.stretches if stretch.is_break]

    def position(self, at: datetime) -> float:
        """Return where an instant lies; one beyond the axis, at its end."""
        # At the border of two parts it lies in the one that is drawn to scale.
        for stretch in self.stretches:
            if at <= stretch.end and not (stretch.is_break and at in (stretch.start, stretch.end)):
                return stretch.position(at)
        return self.stretches[-1].position(at)


def axis_of(
    instants: Iterable[datetime],
    width: float,
    *,
    break_width: Callable[[timedelta], float],
    least: float,
) -> Axis:
    """Lay out instants.

    Args:
        instants: When something begins or ends; at least one.
        width: How wide the axis is.
        break_width: How wide a break is that stands for a pause, with its label.
        least: How wide a part between two breaks is at least: what happens at one instant has to
            be seen, too.
    """
    known = sorted(set(instants))
    spans = list(pairwise(known)) or [(known[0], known[0])]
    broken = _broken(spans, width, break_width, least)
    parts = [(group[0][0], group[-1][1], is_break) for is_break, group in _grouped(spans, broken)]
    parts = _with_ends(parts)
    room = width - sum(break_width(end - start) for start, end, is_break in parts if is_break)
    drawn = [(end - start) / timedelta(seconds=1) for start, end, is_break in parts if not is_break]
    widths = iter(_shared(drawn, room, least))
    sizes = [
        break_width(end - start) if is_break else next(widths) for start, end, is_break in parts
    ]
    edges = [0.0, *accumulate(sizes)]
    return Axis(
        tuple(
            Stretch(
                start, end, left, right, 0 if is_break else min(least, right - left) / 2, is_break
            )
            for (start, end, is_break), (left, right) in zip(parts, pairwise(edges), strict=True)
        )
    )


def _broken(
    spans: Sequence[Span], width: float, break_width: Callable[[timedelta], float], least: float
) -> set[Span]:
    """Return the pauses to cut out: as many as there is room for."""
    by_length = sorted(spans, key=lambda span: span[1] - span[0])
    shorter = timedelta()
    for index, (start, end) in enumerate(by_length):
        length = end - start
        if length >= SHORTEST_BREAK and shorter and length >= CONTRAST * shorter:
            pauses = by_length[index:]
            room = sum(break_width(until - since) + least for since, until in pauses)
            if room <= width * MOST_FOR_BREAKS:
                return set(pauses)
        shorter += length
    return set()


def _grouped(spans: Sequence[Span], broken: set[Span]) -> Iterator[tuple[bool, list[Span]]]:
    """Yield runs of spans that are drawn to scale, and each break for itself."""
    for is_break, run in groupby(spans, key=lambda span: span in broken):
        if is_break:
            yield from ((True, [span]) for span in run)
        else:
            yield False, list(run)


def _with_ends(
    parts: list[tuple[datetime, datetime, bool]],
) -> list[tuple[datetime, datetime, bool]]:
    """Put an instant before, between and after breaks, so that what happens there has a place."""
    found: list[tuple[datetime, datetime, bool]] = []
    for start, end, is_break in parts:
        if is_break and (not found or found[-1][2]):
            found.append((start, start, False))
        found.append((start, end, is_break))
    if found[-1][2]:
        found.append((found[-1][1], found[-1][1], False))
    return found


def _shared(lengths: Sequence[float], room: float, least: float) -> list[float]:
    """Share room by length, and give nobody less than the least."""
    least = min(least, room / len(lengths))
    small = [False] * len(lengths)
    while True:
        total = sum(length for length, is_small in zip(lengths, small, strict=True) if not is_small)
        left = room - least * sum(small)
        widths = [
            least if is_small else left * length / total if total else left / small.count(False)
            for length, is_small in zip(lengths, small, strict=True)
        ]
        too_small = [
            width < least and not is_small for width, is_small in zip(widths, small, strict=True)
        ]
        if not any(too_small):
            return widths
        small = [one or other for one, other in zip(small, too_small, strict=True)]
