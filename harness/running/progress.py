"""Shows a run as it goes, on stderr: a table that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from harness.claims import Outcome

from .tally import Tally, counted

COLOURS = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.SKIPPED: "yellow"}


class Show(Protocol):
    """Is told each event, after the tally has counted it."""

    def __call__(self, event: dict[str, Any]) -> None: ...


@contextmanager
def shown(tally: Tally, console: Console) -> Iterator[Show]:
    """Show a tally for as long as the context lasts."""
    if console.is_terminal:
        with _table(tally, console) as show:
            yield show
    else:
        yield _lines(tally, console)


def _lines(tally: Tally, console: Console) -> Show:
    def show(event: dict[str, Any]) -> None:
        line = ""
        if event["event"] == "collected":
            total = sum(pattern.total for pattern in tally.patterns.values())
            line = f"{counted(total, 'test')} in {counted(len(tally.patterns), 'pattern')}"
        elif event["event"] == "ended":
            pattern = tally.patterns[event["pattern"]]
            if event["outcome"] == Outcome.FAILED:
                line = f"failed: {event['test']}: {event['reason']}"
            if pattern.is_complete:
                line = "\n".join(filter(None, (line, f"{event['pattern']}: {pattern}")))
        elif event["event"] == "progress" and event["level"] <= 1:
            line = event["line"]
        if line:
            console.print(line, markup=False, highlight=False, soft_wrap=True)

    return show


@contextmanager
def _table(tally: Tally, console: Console) -> Iterator[Show]:
    spinner = Spinner("dots", style="dim")
    doing = "collecting tests"
    with Live(console=console, refresh_per_second=12, transient=True) as live:

        def show(event: dict[str, Any]) -> None:
            nonlocal doing
            if event["event"] == "progress":
                doing = event["line"]
            elif event["event"] == "started":
                doing = event["test"]
            spinner.update(text=Text(f" {doing}", style="dim", overflow="ellipsis", no_wrap=True))
            live.update(Group(_rows(tally), spinner))

        show({"event": ""})
        yield show


def _rows(tally: Tally) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, pattern in tally.patterns.items():
        has_failed = bool(pattern.counts[Outcome.FAILED])
        bar = ProgressBar(
            total=max(pattern.total, 1),
            completed=pattern.done,
            width=28,
            complete_style="red" if has_failed else "green",
            finished_style="red" if has_failed else "green",
        )
        counts = Text("  ").join(
            Text(f"{pattern.counts[outcome]} {outcome}", style=colour)
            for outcome, colour in COLOURS.items()
            if pattern.counts[outcome]
        )
        table.add_row(name, bar, f"{pattern.done}/{pattern.total}", counts)
    return table
