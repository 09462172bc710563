"""Progress of what takes long, on stderr: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    """Is told how far something is."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note of progress.

        Args:
            step: What is being done, such as `downloading`.
            done: How many parts of it are.
            total: How many there are; 0 when that isn't known.
        """


def unseen(step: str, done: int, total: int) -> None:
    """A `Progress` that shows nothing."""


@contextmanager
def shown(title: str) -> Iterator[Progress]:
    """Show progress under a title for as long as the context lasts."""
    if sys.stderr.isatty():
        with _bar(title) as bar:
            yield bar
    else:
        yield _lines(title)


def _lines(title: str) -> Progress:
    last = ""

    def line(step: str, done: int, total: int) -> None:
        nonlocal last
        if step != last:
            last = step
            print(f"{title}: {step}", file=sys.stderr, flush=True)

    return line


@contextmanager
def _bar(title: str) -> Iterator[Progress]:
    # Imported when it is needed: a warm run shows no bar and shouldn't pay for one.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(title, total=None)

        def advance(step: str, done: int, total: int) -> None:
            bars.update(task, description=f"{title}: {step}", completed=done, total=total or None)

        yield advance
