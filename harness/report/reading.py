"""Reads reports that other runs left, on this machine or another; nothing in them is trusted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.claims import Claim, ClaimResult, Claims, document_of
from harness.errors import UsageProblem

from .model import Run
from .run_document import Malformed, from_json
from .writing import CLAIMS, RUN, tests_by_claim

MOST_BYTES: Final = 256 * 1024 * 1024


@dataclass(frozen=True)
class Report:
    """A report that was read from a folder.

    Attributes:
        folder: The folder.
        run: Its run.
        claims: The claims that there were for the run.
    """

    folder: Path
    run: Run
    claims: Claims

    @property
    def results(self) -> list[ClaimResult]:
        """What the run made of each claim."""
        return self.claims.results(tests_by_claim(self.run))


def read_report(folder: Path) -> Report:
    """Read the report in a folder.

    Raises:
        UsageProblem: There is none, it is broken, or its files are not of one run.
    """
    document = load_json(folder, RUN)
    try:
        run = from_json(document)
        claims = _claims(folder / RUN, document["claims"])
        if unknown := tests_by_claim(run).keys() - claims.by_id.keys():
            raise Malformed(f'a test names the unknown claim "{min(unknown)}"')
    except (AttributeError, KeyError, Malformed) as problem:
        what = f"{problem} is missing" if isinstance(problem, KeyError) else problem
        raise UsageProblem(
            f"{folder / RUN} is not what this version writes about a run: {what}.",
            "Write it anew, with one version of the harness everywhere.",
        ) from problem
    report = Report(folder, run, claims)
    if load_json(folder, CLAIMS) != document_of(run.target, report.results):
        raise UsageProblem(
            f"{CLAIMS} and {RUN} in {folder} say different things.",
            "They are of two runs, or were changed: write the report anew.",
        )
    return report


def load_json(folder: Path, name: str) -> Any:
    """Return the document of a report's file.

    Raises:
        UsageProblem: The file is missing, too large, or no JSON.
    """
    text = load_text(folder, name)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise UsageProblem(
            f"{folder / name} is not JSON: {problem}.", "Write the report anew."
        ) from problem


def load_text(folder: Path, name: str) -> str:
    """Return what a report's file holds.

    Raises:
        UsageProblem: The file is missing, too large, or no text.
    """
    file = folder / name
    try:
        if not file.is_file():
            raise UsageProblem(
                f"{folder} holds no report: there is no {name}.",
                'Name a folder that "harness run --report" wrote.',
            )
        if file.stat().st_size > MOST_BYTES:
            raise UsageProblem(
                f"{file} is larger than {MOST_BYTES // 1024**2} MB.", "No run writes that much."
            )
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageProblem(
            f"{file} can't be read: {problem}.", "Write the report anew."
        ) from problem


def _claims(source: Path, texts: Any) -> Claims:
    """Rebuild the registry from the sentences by id."""
    claims = {}
    for claim_id, text in texts.items():
        pattern, point, name = claim_id.partition(".")
        if not isinstance(text, str) or not point:
            raise Malformed(f'"{claim_id}" is no claim with its sentence')
        claims[claim_id] = Claim(pattern, name, text)
    return Claims(source, claims)
