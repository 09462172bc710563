"""Which instants are written at an axis, and how. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .axis import Axis


def dates_of(
    axis: Axis, width_of: Callable[[str], float], *, apart: float
) -> list[tuple[float, str]]:
    """Return what is written where each part of an axis begins, from left to right.

    What would run into another is left out; the begin and what follows long pauses comes first.

    Args:
        axis: The axis.
        width_of: How wide a text is.
        apart: How much room is between two.
    """
    width = axis.stretches[-1].right
    drawn = [stretch for stretch in axis.stretches if not stretch.is_break]
    before = dict(zip(drawn[1:], drawn, strict=False))
    first, *others = drawn
    others.sort(key=lambda stretch: stretch.start - before[stretch].end, reverse=True)
    written: list[tuple[float, str]] = []
    for stretch in (first, *others):
        text = _written(stretch.start, before[stretch].start if stretch in before else None)
        size = width_of(text)
        x = max(min(stretch.position(stretch.start), width - size), 0)
        if all(
            x >= begin + width_of(other) + apart or x + size + apart <= begin
            for begin, other in written
        ):
            written.append((x, text))
    return sorted(written)


def _written(at: datetime, before: datetime | None) -> str:
    """Write an instant, and leave out what it has in common with the part before."""
    if before is None:
        return at.strftime("%Y-%m-%d %H:%M:%S")
    if at.date() == before.date():
        return at.strftime("%H:%M:%S")
    return at.strftime("%m-%d %H:%M" if at.year == before.year else "%Y-%m-%d %H:%M")
