"""`harness report merge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from harness.claims import Claims, Outcome, document_of
from harness.errors import UsageProblem
from harness.report import junit
from harness.report.merge import merge, parts_of
from harness.report.model import Run, counts_by_shard
from harness.report.reading import Report, load_text, read_report
from harness.report.wording import counted
from harness.report.writing import (
    JUNIT,
    PAGE,
    remove_report,
    tests_by_claim,
    write_report,
)

from .exit_codes import ExitCode
from .output import AsJson, print_json, print_table, results, table

ENDINGS = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)


def merge_reports(
    shards: Annotated[
        list[Path], typer.Argument(metavar="SHARD...", help="Folders of the shards' reports.")
    ],
    into: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for the joined report.", show_default=False)
    ],
    expect: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Refuse unless there are just this many shards."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Join the reports of shards into one.

    Writes index.html, claims.json, run.json and junit.xml as a run of the whole suite would. A
    shard that is missing, named twice, of another version or another target is refused; tests that
    no shard ran break the joined report. The exit code is 0 when all tests that ran passed, 1
    otherwise, 2 when the shards can't be joined.

    \b
    Example:
      harness run --shard 1/2 --report build/shard-1
      harness run --shard 2/2 --report build/shard-2
      harness report merge build/shard-1 build/shard-2 --into build/report --expect 2
    """
    # Before anything else, so that a merge that is refused leaves no earlier report in its place.
    _make_way(into, shards)
    reports = [read_report(folder) for folder in shards]
    run, claims = merge(reports, expected=expect)
    write_report(into, run, claims, root=Path.cwd(), junit=_junit(reports))
    exit_code = ExitCode.OK if run.has_held else ExitCode.FAILED
    if as_json:
        print_json(_document(run, claims, into, exit_code))
    else:
        _show(run, claims, into)
    raise typer.Exit(exit_code)


def _make_way(into: Path, shards: list[Path]) -> None:
    if into.resolve() in [folder.resolve() for folder in shards]:
        raise UsageProblem(
            f"{into} is one of the shards.", "Name another folder for the joined report."
        )
    remove_report(into)


def _junit(reports: list[Report]) -> str:
    return junit.joined(
        (part.name, suite)
        for part in parts_of(reports)
        for suite in junit.suites_in(
            load_text(part.report.folder, JUNIT), part.report.folder / JUNIT
        )
    )


def _document(run: Run, claims: Claims, into: Path, exit_code: ExitCode) -> dict[str, Any]:
    shown = document_of(run.target, claims.results(tests_by_claim(run)))
    return {
        "target": run.target,
        "exit_code": int(exit_code),
        "duration_seconds": round(run.duration.total_seconds(), 3),
        "tests": {outcome.value: run.counts[outcome] for outcome in ENDINGS},
        "shards": {
            name: {outcome.value: counts[outcome] for outcome in ENDINGS}
            for name, counts in counts_by_shard(run).items()
        },
        "problems": [problem.title for problem in run.problems],
        "claims": shown["claims"],
        "report": str(into / PAGE),
    }


def _show(run: Run, claims: Claims, into: Path) -> None:
    console = results()
    for problem in run.problems:
        console.print(Text(problem.title, "bold red"))
        console.print(Text(f"{problem.text}\n"))
    for test in run.tests:
        if test.outcome is Outcome.FAILED:
            console.print(Text(f"failed in {test.shard} ", "bold red") + Text(test.id, "bold"))
            console.print(Text(f"  {test.reason}\n"))
    shown = table("shard", "tests", *ENDINGS, "took")
    by_shard = counts_by_shard(run)
    for shard in run.shards:
        counts = by_shard[shard.name]
        numbers = [str(counts.total()), *(str(counts[outcome]) for outcome in ENDINGS)]
        shown.add_row(shard.name, *numbers, f"{shard.duration.total_seconds():.0f} s")
    print_table(shown)
    console.print()
    held = sum(result.outcome is Outcome.PASSED for result in claims.results(tests_by_claim(run)))
    verdict, style = ("It held", "green") if run.has_held else ("It did not hold", "red")
    console.print(
        Text(verdict, f"bold {style}")
        + Text(
            f": {held} of {counted(len(claims), 'claim')}, {counted(len(run.tests), 'test')}"
            f" in {counted(len(run.shards), 'shard')} on {run.target}."
        )
    )
    console.print(f"Report: {into / PAGE}", markup=False)
