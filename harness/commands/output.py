"""Where commands print: results on stdout, progress on stderr, colour on terminals only."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]


def results() -> Console:
    """Return the console for results."""
    # A pipe has no width; a line is a record there and must stay whole.
    return Console(
        highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else 400
    )


def progress() -> Console:
    """Return the console for progress and for errors."""
    return Console(stderr=True, highlight=False, emoji=False)


def print_table(shown: Table) -> None:
    """Print a table on stdout; off a terminal without the blanks that fill its last column."""
    console = results()
    if console.is_terminal:
        console.print(shown)
        return
    with console.capture() as captured:
        console.print(shown)
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def print_json(document: Any) -> None:
    """Print a document, for programs."""
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, default=str))


def table(*columns: str) -> Table:
    """Return a table without frame: what a program may cut into columns as well."""
    made = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 3, 0, 0))
    for column in columns:
        made.add_column(column, overflow="fold")
    return made
