"""Draws a durable execution as SVG. Colours are the page's: CSS variables, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import Final

from harness.observe.durable.axis import Axis, axis_of
from harness.observe.durable.model import Attempt, Operation, State, Timeline
from harness.observe.durable.wording import (
    in_lines,
    invocations_of,
    kind_of,
    label_of,
    left_out_of,
    outcome_of,
    span,
    title_of,
)
from harness.observe.durations import in_words

from .axis_drawing import TOP, axis_parts, break_width
from .labels import LINE, lines_of

WIDTH: Final = 1000.0
LEFT: Final = 292.0
RIGHT: Final = 14.0
LEAST: Final = 14.0
"""How wide a moment between two breaks is."""
MOST_OPERATIONS: Final = 100

_INDENT, _DEEPEST = 14.0, 8
_PADDING, _ATTEMPT, _SPAN, _NARROWEST = 5.0, 12.0, 4.0, 2.5


def draw(timeline: Timeline, name: str, *, most: int = MOST_OPERATIONS) -> str:
    """Return a timeline as an SVG element.

    Args:
        timeline: The timeline.
        name: What its title and description are called by; no other element of the page is.
        most: How many operations are drawn.
    """
    axis = axis_of(timeline.instants(), WIDTH - LEFT - RIGHT, break_width=break_width, least=LEAST)
    rows, height = list[str](), TOP
    for row in (_invocations(timeline, axis), *_operations(timeline, axis, most)):
        rows.append(f'<g transform="translate(0 {height:.1f})">{row.parts}</g>')
        height += row.height
    if more := left_out_of(timeline, most):
        height += LINE
        rows.append(f'<text class="kind" x="0" y="{height - 4:.1f}">… {escape(more)}</text>')
    height += 6
    described = "\n".join(in_lines(timeline, most=most))
    return "\n".join(
        [
            f'<svg class="execution" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img"'
            f' aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(f"Timeline of {title_of(timeline)}")}</title>',
            f'<desc id="{name}-desc">{escape(described)}</desc>',
            *axis_parts(axis, LEFT, height),
            *rows,
            "</svg>",
        ]
    )


class Row:
    """One row: what is drawn, from its upper edge."""

    def __init__(self, parts: str, height: float) -> None:
        self.parts, self.height = parts, height


def _invocations(timeline: Timeline, axis: Axis) -> Row:
    label, height = _label("invocations", invocations_of(timeline), 0)
    middle = height / 2
    parts = [
        _line(
            axis,
            pause.start,
            pause.end,
            middle,
            "pause",
            f"suspended for {in_words(pause.length)}"
            + (", to be invoked again after an error" if pause.is_after_error else ""),
        )
        for pause in timeline.pauses
    ]
    parts += [
        _block(
            axis,
            one.start,
            one.end or timeline.until,
            middle,
            "failed" if one.error else "succeeded" if one.end else "running",
            f"invocation {number}: {span(one.start, one.end)}"
            + (f", {one.error}" if one.error else ""),
        )
        for number, one in enumerate(timeline.invocations, 1)
    ]
    return Row(label + "".join(parts), height)


def _operations(timeline: Timeline, axis: Axis, most: int) -> Iterator[Row]:
    for operation in timeline.operations[:most]:
        said = outcome_of(operation)
        if operation.name:
            said = f"{kind_of(operation)} · {said}"
        label, height = _label(label_of(operation), said, operation.depth)
        parts = _steps if operation.attempts else _whole
        yield Row(label + "".join(parts(operation, timeline, axis, height / 2)), height)


def _steps(operation: Operation, timeline: Timeline, axis: Axis, middle: float) -> Iterator[str]:
    """Yield the attempts, on the line that holds them together."""
    if len(operation.attempts) > 1 or operation.state is State.WAITING:
        yield _line(
            axis,
            operation.start,
            operation.end or timeline.until,
            middle,
            "between",
            "pauses between attempts",
        )
    for attempt in operation.attempts:
        yield _block(
            axis,
            attempt.start,
            attempt.end or timeline.until,
            middle,
            _class(attempt.state),
            _told(operation, attempt),
        )


def _told(operation: Operation, attempt: Attempt) -> str:
    error = f" ({attempt.error})" if attempt.error else ""
    again = f", again after {in_words(attempt.delay)}" if attempt.delay else ""
    return (
        f"{label_of(operation)}, attempt {attempt.number}: {attempt.state}{error},"
        f" {span(attempt.start, attempt.end)}{again}"
    )


def _whole(operation: Operation, timeline: Timeline, axis: Axis, middle: float) -> Iterator[str]:
    """Yield what has no attempts: a wait, a context, another function."""
    end = operation.end or timeline.until
    told = f"{label_of(operation)}: {outcome_of(operation)}, {span(operation.start, operation.end)}"
    kind = "context" if operation.kind == "Context" else "wait"
    yield _line(axis, operation.start, end, middle, f"{kind} {_class(operation.state)}", told)
    if operation.end is None:
        x = LEFT + axis.position(end)
        yield f'<path class="open" d="M{x - 5:.1f},{middle - 5:.1f} l6,5 l-6,5"/>'


def _label(name: str, said: str, depth: int) -> tuple[str, float]:
    """Return a row's label, as many lines as it takes, and the row's height."""
    x = min(depth, _DEEPEST) * _INDENT
    names = lines_of(name, LEFT - x - 16, is_bold=True)
    kinds = lines_of(said, LEFT - x - 16)
    parts = [
        f'<text class="{style}" x="{x:.0f}" y="{_PADDING + LINE * (index + 0.78):.1f}">'
        f"{escape(text)}</text>"
        for index, (style, text) in enumerate(
            [*(("name", text) for text in names), *(("kind", text) for text in kinds)]
        )
    ]
    return "".join(parts), 2 * _PADDING + LINE * len(parts)


def _line(axis: Axis, start: datetime, end: datetime, middle: float, style: str, told: str) -> str:
    left, width = _extent(axis, start, end)
    return (
        f'<rect class="{style}" x="{left:.1f}" y="{middle - _SPAN / 2:.1f}" width="{width:.1f}"'
        f' height="{_SPAN:.0f}"><title>{escape(told)}</title></rect>'
    )


def _block(axis: Axis, start: datetime, end: datetime, middle: float, style: str, told: str) -> str:
    left, width = _extent(axis, start, end)
    return (
        f'<rect class="attempt {style}" x="{left:.1f}" y="{middle - _ATTEMPT / 2:.1f}"'
        f' width="{width:.1f}" height="{_ATTEMPT:.0f}" rx="1.5">'
        f"<title>{escape(told)}</title></rect>"
    )


def _extent(axis: Axis, start: datetime, end: datetime) -> tuple[float, float]:
    left = axis.position(start)
    return LEFT + left, max(axis.position(end) - left, _NARROWEST)


def _class(state: State) -> str:
    return str(state).replace(" ", "-")
