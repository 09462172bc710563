"""Holds two reports beside each other: where do claims and tests come out differently?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.claims import Outcome
from harness.errors import UsageProblem

from .model import RunTest
from .reading import Report


class Kind(StrEnum):
    """What came out differently."""

    CLAIM = "claim"
    TEST = "test"


@dataclass(frozen=True)
class Side:
    """What one of the reports says.

    Attributes:
        outcome: What became of the claim or test; untested where the report doesn't know it.
        reasons: Why, in a line each; empty when it passed.
        is_lacking: Whether a capability that the target lacks is all that it was skipped for.
    """

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    is_lacking: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"outcome": self.outcome.value, "reasons": list(self.reasons)}


@dataclass(frozen=True)
class Difference:
    """A claim or a test that two reports say different things about.

    Attributes:
        kind: Which of both.
        name: The claim's id, or the test's.
        first: What the first report says.
        second: What the second report says.
        is_allowed: Whether it is one of those that the caller expects.
    """

    kind: Kind
    name: str
    first: Side
    second: Side
    is_allowed: bool = False


@dataclass(frozen=True)
class Comparison:
    """What came of comparing two reports.

    Attributes:
        names: What to call the reports: their targets, or their folders if these are the same.
        claims: How many claims were compared.
        tests: How many tests were compared.
        differences: Claims first, then tests, each by name.
    """

    names: tuple[str, str]
    claims: int
    tests: int
    differences: Sequence[Difference]

    @property
    def is_equal(self) -> bool:
        """Whether all differences are allowed ones."""
        return all(difference.is_allowed for difference in self.differences)


def compare(first: Report, second: Report, *, allow_skipped: bool = False) -> Comparison:
    """Compare the outcomes of two reports.

    Args:
        first: A report.
        second: The report to hold beside it.
        allow_skipped: Whether what passed in one may be skipped in the other because its target
            lacks a capability. Skips for other reasons stay differences, as do failures.

    Raises:
        UsageProblem: A report has no test, so that there is nothing to compare.
    """
    for report in (first, second):
        if not report.run.tests:
            raise UsageProblem(
                f"No test ran for the report in {report.folder}.", "There is nothing to compare."
            )
    claims = _pairs(_claims_of(first), _claims_of(second))
    tests = _pairs(_tests_of(first), _tests_of(second))
    return Comparison(
        names=_names(first, second),
        claims=len(claims),
        tests=len(tests),
        differences=[
            Difference(kind, name, one, other, allow_skipped and _is_one_lacking(one, other))
            for kind, pairs in ((Kind.CLAIM, claims), (Kind.TEST, tests))
            for name, (one, other) in sorted(pairs.items())
            if one.outcome != other.outcome
        ],
    )


def _claims_of(report: Report) -> dict[str, Side]:
    tests = {test.id: test for test in report.run.tests}
    return {
        result.claim.id: _side(result.outcome, [tests[test.test] for test in result.tests])
        for result in report.results
    }


def _tests_of(report: Report) -> dict[str, Side]:
    return {test.id: _side(test.outcome, [test]) for test in report.run.tests}


def _side(outcome: Outcome, tests: Iterable[RunTest]) -> Side:
    decisive = [test for test in tests if test.outcome == outcome]
    reasons = dict.fromkeys(test.reason for test in decisive if test.reason)
    is_lacking = outcome is Outcome.SKIPPED and all(test.lacks for test in decisive)
    return Side(outcome, tuple(reasons), is_lacking)


def _pairs(first: Mapping[str, Side], second: Mapping[str, Side]) -> dict[str, tuple[Side, Side]]:
    absent = Side(Outcome.UNTESTED, ("isn't in this report",))
    names = dict.fromkeys([*first, *second])
    return {name: (first.get(name, absent), second.get(name, absent)) for name in names}


def _is_one_lacking(one: Side, other: Side) -> bool:
    passed = Outcome.PASSED in (one.outcome, other.outcome)
    return passed and (one.is_lacking or other.is_lacking)


def _names(first: Report, second: Report) -> tuple[str, str]:
    if first.run.target != second.run.target:
        return first.run.target, second.run.target
    return str(first.folder), str(second.folder)
