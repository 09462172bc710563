"""`harness report compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from harness.claims import Outcome
from harness.report.compare import Comparison, Difference, Side, compare
from harness.report.reading import read_report
from harness.report.wording import counted

from .exit_codes import ExitCode
from .output import AsJson, print_json, print_table, results, table

STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "red", Outcome.SKIPPED: "yellow"}


def compare_reports(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of a report.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of the other report.")],
    allow_skipped: Annotated[
        bool,
        typer.Option(
            "--allow-skipped",
            help="Accept what passed in one and was skipped in the other for a capability that"
            " its target lacks.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find claims and tests that come out differently in two reports.

    Prints each with both outcomes and their reasons. The exit code is 1 when an outcome differs:
    two targets with the same capabilities must agree about everything. A claim or test that one
    report doesn't have counts as untested there. A report whose tests were not run at all is
    refused.

    \b
    Example:
      harness run --report build/embedded
      harness run --target container --report build/container
      harness report compare build/embedded build/container
    """
    comparison = compare(read_report(first), read_report(second), allow_skipped=allow_skipped)
    if as_json:
        print_json(_document(comparison))
    else:
        _show(comparison)
    raise typer.Exit(ExitCode.OK if comparison.is_equal else ExitCode.FAILED)


def _document(comparison: Comparison) -> dict[str, Any]:
    return {
        "reports": list(comparison.names),
        "compared": {"claims": comparison.claims, "tests": comparison.tests},
        "is_equal": comparison.is_equal,
        "differences": [
            {
                "kind": difference.kind.value,
                "name": difference.name,
                "outcomes": [difference.first.as_json(), difference.second.as_json()],
                "is_allowed": difference.is_allowed,
            }
            for difference in comparison.differences
        ],
    }


def _show(comparison: Comparison) -> None:
    unexpected = [each for each in comparison.differences if not each.is_allowed]
    allowed = len(comparison.differences) - len(unexpected)
    if comparison.differences:
        shown = table("", "", *comparison.names, "why")
        for difference in comparison.differences:
            shown.add_row(*_row(difference, comparison.names))
        print_table(shown)
        results().print()
    verdict = "They differ" if unexpected else "They agree"
    claims, tests = counted(comparison.claims, "claim"), counted(comparison.tests, "test")
    counts = f"{claims} and {tests} compared"
    if unexpected:
        counts += f", {counted(len(unexpected), 'difference')}"
    if allowed:
        counts += f", {allowed} only by what a target lacks"
    results().print(
        Text(verdict, "bold red" if unexpected else "bold green") + Text(f": {counts}.")
    )


def _row(difference: Difference, names: tuple[str, str]) -> list[Text]:
    kind = "allowed" if difference.is_allowed else difference.kind.value
    why = "; ".join(
        f"{name}: {reason}"
        for name, side in zip(names, (difference.first, difference.second), strict=True)
        for reason in side.reasons
    )
    outcomes = [_outcome(side) for side in (difference.first, difference.second)]
    return [Text(kind, "dim"), Text(difference.name), *outcomes, Text(why)]


def _outcome(side: Side) -> Text:
    return Text(side.outcome, STYLES.get(side.outcome, "dim"))
