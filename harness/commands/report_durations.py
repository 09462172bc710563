"""`harness report durations`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from harness.errors import MissingRequirement
from harness.report.reading import read_report
from harness.report.wording import counted
from harness.report.writing import DEFAULT_FOLDER

from .output import AsJson, print_json, results


def write_durations(
    report: Annotated[
        Path, typer.Argument(metavar="REPORT", help="Folder of a run's or a joined report.")
    ] = DEFAULT_FOLDER,
    into: Annotated[Path, typer.Option(metavar="FILE", help="Where to write them.")] = Path(
        ".test_durations"
    ),
    as_json: AsJson = False,
) -> None:
    """Keep how long each test took, for shards that take equally long.

    "harness run --shard" balances modules by the file .test_durations beside pytest's settings.
    Commit it: all jobs of a run must see the same one. It is pytest-split's file as well.

    \b
    Example:
      harness report durations build/report
    """
    run = read_report(report).run
    seconds = {test.id: round(test.duration.total_seconds(), 3) for test in run.tests}
    try:
        into.write_text(json.dumps(seconds, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    except OSError as problem:
        raise MissingRequirement(
            f"{into} can't be written ({problem.strerror}).", "Name another file with --into."
        ) from problem
    if as_json:
        print_json({"file": str(into), "tests": len(seconds)})
    else:
        results().print(f"{into}: {counted(len(seconds), 'test')}", markup=False)
