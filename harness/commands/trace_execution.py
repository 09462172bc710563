"""`harness trace execution`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from harness.errors import HarnessError, MissingRequirement, UsageProblem
from harness.observe.durable.document import as_document
from harness.observe.durable.reading import Found, read_timeline
from harness.observe.durable.standing import executions_at

from . import emulators
from .execution_drawing import drawn
from .output import AsJson, print_json, progress

if TYPE_CHECKING:
    from harness.observe.durable.model import Timeline
    from harness.targets.base import Target

PLAIN_WIDTH = 100
"""Columns of a drawing that goes to a pipe or a file."""


def execution(
    which: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]",
            help="The execution's name or ARN; without one the execution that began last.",
            show_default=False,
        ),
    ] = "",
    function: Annotated[
        str, typer.Option(metavar="NAME", help="Only executions of this function.")
    ] = "",
    account: Annotated[
        str, typer.Option(metavar="ID", help="Only executions in this account.")
    ] = "",
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Write the drawing as an SVG file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a durable execution: what ran when, what was tried again, what it waits for.

    Time is the emulator's. Where nothing happens for long the axis is cut, and says how long.

    \b
    Example:
      harness trace execution leave-42 --svg leave-42.svg
    """
    target = emulators.attached()
    timeline = _read(target, _one(executions_at(target.endpoint_url), which, function, account))
    if svg is not None:
        _write(timeline, svg)
    if as_json:
        print_json(as_document(timeline))
    elif svg is None:
        _show(timeline)


def _one(found: list[Found], which: str, function: str, account: str) -> Found:
    """Choose the execution that is meant.

    Raises:
        UsageProblem: There is none, or there are several.
    """
    fitting = [
        one
        for one in found
        if which in ("", one.name, one.arn)
        and function in ("", one.function)
        and account in ("", one.account)
    ]
    if not fitting:
        raise _nothing(found, which)
    if which and len(fitting) > 1:
        places = ", ".join(f"{one.function} in {one.account} ({one.region})" for one in fitting)
        raise UsageProblem(
            f'{len(fitting)} executions are called "{which}": of {places}.',
            "Say which by --function or --account, or name its ARN.",
        )
    return fitting[-1]


def _nothing(found: list[Found], which: str) -> UsageProblem:
    if not found:
        return UsageProblem(
            "The emulator has no durable execution.",
            "Invoke a durable function first; a test run's executions go with its stacks, "
            "unless it was told --keep-stacks.",
        )
    what = f'no durable execution "{which}"' if which else "no such durable execution"
    return UsageProblem(
        f"The emulator has {what}.", '"harness trace executions" lists those that it has.'
    )


def _read(target: Target, one: Found) -> Timeline:
    client = target.client("lambda", account=one.account, region=one.region)
    time = getattr(target, "time", None)
    try:
        return read_timeline(client, one.arn, now=time.now() if time else None)
    except client.exceptions.ResourceNotFoundException as gone:
        raise HarnessError(
            f'The execution "{one.name}" is gone.', "It was deleted or retained no longer."
        ) from gone


def _write(timeline: Timeline, file: Path) -> None:
    # The drawing alone needs it.
    from harness.report.durable import as_file

    try:
        file.write_text(as_file(timeline), encoding="utf-8")
    except OSError as problem:
        raise MissingRequirement(
            f"{file} can't be written ({problem.strerror}).", "Name a file that can."
        ) from problem
    progress().print(f"Wrote {file}", markup=False)


def _show(timeline: Timeline) -> None:
    is_terminal = sys.stdout.isatty()
    console = Console(highlight=False, emoji=False, width=None if is_terminal else PLAIN_WIDTH)
    for line in drawn(timeline, console.width):
        if is_terminal:
            console.print(line, no_wrap=True, overflow="crop", crop=True)
        else:
            typer.echo(line.plain.rstrip())
