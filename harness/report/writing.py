"""Writes what a run leaves behind: `run.json`, `claims.json`, `index.html`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from harness.claims import Claims, ClaimTest, document_of
from harness.errors import HarnessError, MissingRequirement

from .model import Run
from .run_document import Malformed, as_json, from_json

RUN, CLAIMS, PAGE, JUNIT = "run.json", "claims.json", "index.html", "junit.xml"
AUDIT_FILE: Final = "iam-audit.txt"
"""What an audit of policies found, a paragraph for each call; of runs with --iam audit."""
DEFAULT_FOLDER: Final = Path("build") / "report"


def write_report(
    folder: Path, run: Run, claims: Claims, *, root: Path, junit: str | None = None
) -> None:
    """Write a run's report.

    Args:
        folder: Where to; made if it isn't there.
        run: The run.
        claims: All claims there are.
        root: The folder that the tests' ids start from, for the scenarios' READMEs.
        junit: The report as JUnit's XML, unless pytest itself writes it.

    Raises:
        MissingRequirement: The folder can't be written.
    """
    # Readers of a report needn't wait for the library that writes it.
    from .page import page_of

    results = claims.results(tests_by_claim(run))
    texts = {
        # The sentences go with the run: whoever joins or compares reports needs no checkout.
        RUN: _json(as_json(run) | {"claims": {claim.id: claim.text for claim in claims}}),
        CLAIMS: _json(document_of(run.target, results)),
        PAGE: page_of(run, results, root=root),
    }
    if junit is not None:
        texts[JUNIT] = junit
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            draft = folder / f".{name}.draft"
            draft.write_text(text, encoding="utf-8")
            draft.replace(folder / name)
    except OSError as problem:
        raise _unwritable(folder, problem) from problem


def remove_report(folder: Path) -> None:
    """Make way for a report: one that breaks off must not leave an earlier one in its place.

    Raises:
        MissingRequirement: The folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (RUN, CLAIMS, PAGE, JUNIT):
            (folder / name).unlink(missing_ok=True)
    except OSError as problem:
        raise _unwritable(folder, problem) from problem


def read_run(folder: Path) -> Run | None:
    """Return the run that a folder holds; None when it holds none."""
    document = _read(folder / RUN)
    try:
        return None if document is None else from_json(document)
    except Malformed as problem:
        raise _unreadable(folder / RUN, problem) from problem


def read_claims_document(folder: Path) -> Mapping[str, Any] | None:
    """Return the `claims.json` of the last run; None when there was none."""
    document: Mapping[str, Any] | None = _read(folder / CLAIMS)
    return document


def tests_by_claim(run: Run) -> dict[str, list[ClaimTest]]:
    """Return what each test says about the claims it names, by the claims' ids."""
    found: dict[str, list[ClaimTest]] = {}
    for test in run.tests:
        for claim in test.claims:
            found.setdefault(claim, []).append(
                ClaimTest(test.id, test.outcome, test.reason, test.shard)
            )
    return found


def _json(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as problem:
        raise _unreadable(file, problem) from problem


def _unreadable(file: Path, problem: Exception) -> HarnessError:
    return HarnessError(
        f"{file} can't be read ({problem}).", 'Run "harness run" again to write it anew.'
    )


def _unwritable(folder: Path, problem: OSError) -> MissingRequirement:
    return MissingRequirement(
        f"The report can't be written to {folder} ({problem.strerror}).",
        "Make it writable, or name another folder.",
    )
