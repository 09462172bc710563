"""Draws a durable execution with letters, as wide as a terminal is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from harness.observe.durable.axis import Axis, axis_of
from harness.observe.durable.dates import dates_of
from harness.observe.durable.model import Operation, State, Timeline
from harness.observe.durable.wording import (
    elided,
    invocations_of,
    kind_of,
    label_of,
    left_out_of,
    moment,
    outcome_of,
    summary_of,
    title_of,
)

MARKS: Final = {
    State.SUCCEEDED: ("✓", "green"),
    State.FAILED: ("✗", "red"),
    State.TIMED_OUT: ("✗", "red"),
    State.STOPPED: ("✗", "red"),
    State.INTERRUPTED: ("!", "red"),
    State.RUNNING: ("▸", "yellow"),
    State.WAITING: ("…", "yellow"),
    State.CANCELLED: ("⊘", "dim"),
    State.UNFINISHED: ("⊘", "dim"),
}
"""A letter and a colour: what colour says, the letter says as well."""
_ATTEMPTS: Final = {State.SUCCEEDED: "█", State.RUNNING: "▸", State.INTERRUPTED: "!"}
_STATUSES: Final = {"SUCCEEDED": "green", "RUNNING": "yellow"}
_NARROWEST: Final = 24


def drawn(timeline: Timeline, width: int) -> Iterator[Text]:
    """Yield the lines of a timeline.

    Args:
        timeline: The timeline.
        width: Columns; with few of them what is said beside the bars is left out.
    """
    yield Text.assemble((title_of(timeline), "bold"))
    yield Text(summary_of(timeline), style=_STATUSES.get(timeline.status, "red"))
    yield Text(f"{moment(timeline.start)} to {moment(timeline.until)} UTC", style="dim")
    yield Text()
    columns = _Columns(timeline, width)
    axis = axis_of(
        timeline.instants(), columns.plot, break_width=lambda span: cell_len(_cut(span)), least=2
    )
    for line in _axis(axis, columns.plot):
        yield Text.assemble(" " * columns.before, line)
    yield columns.line(_invocations(timeline, axis), Text("invocations"), invocations_of(timeline))
    for operation in timeline.operations:
        yield columns.line(
            _bars(operation, timeline, axis), _label(operation), outcome_of(operation)
        )
    if more := left_out_of(timeline, len(timeline.operations)):
        yield Text(f"… {more}", style="dim")


class _Columns:
    """How the width is shared by labels, bars, and what is said of them."""

    def __init__(self, timeline: Timeline, width: int) -> None:
        labels = [cell_len(_label(one).plain) for one in timeline.operations]
        said = [cell_len(outcome_of(one)) for one in timeline.operations]
        self.label = min(max([12, *labels]), max(width * 2 // 5, 12))
        self.said = min(max([cell_len(invocations_of(timeline)), *said]), width * 3 // 10)
        if width - self.label - self.said - 4 < _NARROWEST:
            self.said = 0
        room = width - self.label - 2 - (self.said + 2 if self.said else 0)
        self.plot = max(room, 8)

    @property
    def before(self) -> int:
        return self.label + 2

    def line(self, bars: Text, label: Text, said: str) -> Text:
        label.truncate(self.label, overflow="ellipsis", pad=True)
        line = Text.assemble(label, "  ", bars)
        if self.said:
            told = Text(said, style="dim")
            told.truncate(self.said, overflow="ellipsis")
            line.append("  ").append_text(told)
        return line


class _Plot:
    """One line of bars, a letter for each column."""

    def __init__(self, axis: Axis) -> None:
        self._axis = axis
        self._cells = [(" ", "")] * round(axis.stretches[-1].right)

    def line(self, start: datetime, end: datetime, style: str, *, whole: str, cut: str) -> None:
        """Draw a line; where the axis is cut, with another letter."""
        cuts = [(one.left, one.right) for one in self._axis.breaks]
        for column in range(self._column(start), self._column(end) + 1):
            is_cut = any(left <= column < right for left, right in cuts)
            self._cells[column] = (cut if is_cut else whole, style)

    def block(self, start: datetime, end: datetime, letter: str, style: str) -> None:
        for column in range(self._column(start), self._column(end) + 1):
            self._cells[column] = (letter, style)

    def text(self) -> Text:
        return Text.assemble(*self._cells)

    def _column(self, at: datetime) -> int:
        return min(int(self._axis.position(at)), len(self._cells) - 1)


def _axis(axis: Axis, width: int) -> Iterator[Text]:
    dates = ""
    for at, text in dates_of(axis, cell_len, apart=2):
        dates = set_cell_size(dates, max(int(at), cell_len(dates))) + text
    yield Text(dates[:width], style="dim")
    line = Text(style="dim")
    for stretch in axis.stretches:
        room = int(stretch.right) - cell_len(line.plain)
        line.append(_cut(stretch.length) if stretch.is_break else "─" * room)
    line.truncate(width)
    yield line


def _cut(length: timedelta) -> str:
    return f"╱ {elided(length)} ╱"


def _label(operation: Operation) -> Text:
    letter, colour = MARKS[operation.state]
    label = Text("  " * operation.depth)
    label.append(letter, style=colour).append(f" {label_of(operation)}")
    if operation.name:
        label.append(f" {kind_of(operation)}", style="dim")
    return label


def _invocations(timeline: Timeline, axis: Axis) -> Text:
    plot = _Plot(axis)
    for pause in timeline.pauses:
        plot.line(pause.start, pause.end, "dim", whole="·", cut=" ")
    for one in timeline.invocations:
        letter, colour = ("✗", "red") if one.error else ("█", "green")
        letter, colour = (letter, colour) if one.end else MARKS[State.RUNNING]
        plot.block(one.start, one.end or timeline.until, letter, colour)
    return plot.text()


def _bars(operation: Operation, timeline: Timeline, axis: Axis) -> Text:
    plot = _Plot(axis)
    end = operation.end or timeline.until
    _, colour = MARKS[operation.state]
    if not operation.attempts:
        is_context = operation.kind == "Context"
        whole, cut = ("╌", "╌") if is_context else ("━", "╍")
        plot.line(operation.start, end, "dim" if is_context else colour, whole=whole, cut=cut)
        return plot.text()
    if len(operation.attempts) > 1 or operation.state is State.WAITING:
        plot.line(operation.start, end, "dim", whole="·", cut="·")
    for attempt in operation.attempts:
        letter, colour = MARKS[attempt.state]
        plot.block(
            attempt.start,
            attempt.end or timeline.until,
            _ATTEMPTS.get(attempt.state, letter),
            colour,
        )
    return plot.text()
