"""`harness claims`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from harness.claims import FILE_NAME, Claims, Outcome, document_of, load_claims
from harness.errors import UsageProblem
from harness.report.writing import DEFAULT_FOLDER, read_claims_document

from .output import AsJson, print_json, print_table, results, table

MARKS = {
    Outcome.PASSED: ("●", "green"),
    Outcome.FAILED: ("✗", "red"),
    Outcome.SKIPPED: ("◐", "yellow"),
    Outcome.UNTESTED: ("·", "dim"),
}


def claims(
    patterns: Annotated[
        list[str] | None, typer.Argument(metavar="PATTERN", help="Show these, one by one.")
    ] = None,
    report: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the run's report.")
    ] = DEFAULT_FOLDER,
    as_json: AsJson = False,
) -> None:
    """See which claims the last run showed to hold.

    Without a pattern it prints a line a pattern, with a mark a claim. With patterns it prints
    each of their claims with its sentence.

    \b
    Example:
      harness claims tenant-isolation
    """
    registry = load_claims(_file(Path.cwd()))
    if unknown := [name for name in patterns or () if name not in registry.patterns]:
        raise UsageProblem(f'Unknown pattern "{unknown[0]}".', f"({', '.join(registry.patterns)})")
    last = read_claims_document(report)
    document = _complete(registry, last)
    if as_json:
        print_json(document)
        return
    outcomes = {name: Outcome(entry["outcome"]) for name, entry in document["claims"].items()}
    if patterns:
        _show_sentences(registry, patterns, outcomes)
    else:
        _show_matrix(registry, outcomes)
    if last is None:
        results().print(f'No run has left a report in {report}; "harness run" does.', style="dim")


def _file(here: Path) -> Path:
    for candidate in (here / "scenarios" / FILE_NAME, here / FILE_NAME):
        if candidate.is_file():
            return candidate
    raise UsageProblem(
        f"There is no scenarios/{FILE_NAME} below {here}.", "Change to a folder with scenarios."
    )


def _complete(registry: Claims, last: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the last run's document with all claims that there are now, and no others."""
    document = document_of("", registry.results({}))
    if last is None:
        return document | {"target": None}
    known = {name: last["claims"].get(name, empty) for name, empty in document["claims"].items()}
    return {"target": last["target"], "claims": known}


def _show_matrix(registry: Claims, outcomes: Mapping[str, Outcome]) -> None:
    shown = table("pattern", "claims", "held", "")
    for pattern in registry.patterns:
        mine = [outcomes[claim.id] for claim in registry if claim.pattern == pattern]
        marks = Text().join(Text(*MARKS[outcome]) for outcome in mine)
        counts = Counter(mine)
        others = [
            f"{counts[outcome]} {outcome}"
            for outcome in Outcome
            if counts[outcome] and outcome is not Outcome.PASSED
        ]
        held = f"{counts[Outcome.PASSED]} of {len(mine)}"
        shown.add_row(pattern, marks, held, Text(", ".join(others), "dim"))
    console = results()
    print_table(shown)
    total = Counter(outcomes.values())
    console.print(f"{total[Outcome.PASSED]} of {len(outcomes)} claims held in the last run.")


def _show_sentences(registry: Claims, patterns: list[str], outcomes: Mapping[str, Outcome]) -> None:
    shown = table("", "claim", "outcome", "sentence")
    for claim in registry:
        if claim.pattern in patterns:
            outcome = outcomes[claim.id]
            mark, style = MARKS[outcome]
            shown.add_row(Text(mark, style), claim.id, Text(outcome, style), Text(claim.text))
    print_table(shown)
