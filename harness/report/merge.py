"""Joins the reports of a suite's shards into the report of the suite.

What is missing must never look well: a lost shard is refused, and tests that ran nowhere break the
joined report as a failure does.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from harness.claims import Claims
from harness.errors import UsageProblem

from .model import JoinedShard, Run, RunTest, Section, digest_of
from .reading import Report
from .wording import counted


@dataclass(frozen=True)
class Part:
    """A shard's report under the name by which the joined one speaks of it."""

    name: str
    report: Report

    @property
    def run(self) -> Run:
        return self.report.run


def merge(reports: Sequence[Report], *, expected: int | None = None) -> tuple[Run, Claims]:
    """Join reports.

    Args:
        reports: One a shard, in any order.
        expected: How many there must be; with numbered shards their own count holds as well.

    Returns:
        The joined run, and the claims that all the shards know.

    Raises:
        UsageProblem: A shard is missing, is there twice, or isn't of the same suite, target or
            version as the others.
    """
    parts = parts_of(reports, expected)
    _refuse_unlike(parts)
    _refuse_repeated(parts)
    tests = [replace(test, shard=part.name) for part in parts for test in part.run.tests]
    started = min(part.run.started for part in parts)
    ended = max(part.run.started + part.run.duration for part in parts)
    first = parts[0].run
    run = Run(
        target=first.target,
        started=started,
        duration=ended - started,
        tests=tuple(sorted(tests, key=lambda test: (test.started, test.id))),
        problems=(*_own_problems(parts), *_losses(parts)),
        description=_common([part.run.description for part in parts]),
        harness=first.harness,
        shards=tuple(JoinedShard(part.name, part.run.started, part.run.duration) for part in parts),
        executions=tuple(one for part in parts for one in part.run.executions),
    )
    return run, parts[0].report.claims


def parts_of(reports: Sequence[Report], expected: int | None = None) -> list[Part]:
    """Return the reports by their shards' order and with their names.

    Raises:
        UsageProblem: A shard is missing, or is there twice.
    """
    _refuse_same_folder(reports)
    numbered = [report for report in reports if report.run.shard is not None]
    if numbered and len(numbered) < len(reports):
        whole = next(report for report in reports if report.run.shard is None)
        raise UsageProblem(
            f"{whole.folder} holds the report of no shard, {numbered[0].folder} that of one.",
            "Join shards of one suite alone.",
        )
    if numbered:
        return _numbered(reports, expected)
    if expected is not None and len(reports) != expected:
        raise UsageProblem(
            f"There are {len(reports)} reports, and {expected} are expected.",
            "Look at the jobs that should have written the others.",
        )
    return [Part(report.folder.name or str(report.folder), report) for report in reports]


def _numbered(reports: Sequence[Report], expected: int | None) -> list[Part]:
    found: dict[int, Report] = {}
    counts: dict[int, Report] = {}
    for report in reports:
        shard = report.run.shard
        assert shard is not None
        counts[shard.count] = report
        if (twin := found.setdefault(shard.index, report)) is not report:
            raise UsageProblem(
                f"{twin.folder} and {report.folder} are both shard {shard}.",
                "Name each shard once.",
            )
    if expected is not None:
        counts.setdefault(expected, reports[0])
    if len(counts) > 1:
        raise UsageProblem(
            f"Shards of {' and of '.join(map(str, sorted(counts)))} don't make one suite.",
            "Join those of one run, and give --expect their number.",
        )
    (count,) = counts
    if missing := [f"{index}/{count}" for index in range(1, count + 1) if index not in found]:
        raise UsageProblem(
            f"The report of {_listed('shard', missing)} is missing.",
            "Look at the job that should have written it.",
        )
    return [Part(str(found[index].run.shard), found[index]) for index in sorted(found)]


def _refuse_same_folder(reports: Sequence[Report]) -> None:
    for one, other in combinations(reports, 2):
        if one.folder.resolve() == other.folder.resolve():
            raise UsageProblem(f"{other.folder} is named twice.", "Name each shard once.")


def _refuse_unlike(parts: Sequence[Part]) -> None:
    """Refuse parts that can't be of one suite, each reason with its own words."""
    if joined := next((part for part in parts if part.run.shards), None):
        raise UsageProblem(
            f"{joined.report.folder} is joined from shards already.", "Join the shards themselves."
        )
    _alike(
        parts,
        lambda part: part.run.harness,
        "{0.report.folder} is of version {0.run.harness}, {1.report.folder} of {1.run.harness}.",
        "Run all shards with one version of the harness.",
    )
    # A report says what holds on a target; two targets are two answers.
    _alike(
        parts,
        lambda part: part.run.target,
        "{0.report.folder} is about {0.run.target}, {1.report.folder} about {1.run.target}.",
        'Join those of one target; "harness report compare" holds two beside each other.',
    )
    _alike(
        parts,
        lambda part: tuple(part.report.claims.by_id.values()),
        "{0.report.folder} and {1.report.folder} know different claims.",
        "Run all shards from the same revision.",
    )


def _alike(
    parts: Sequence[Part], fact: Callable[[Part], Hashable], problem: str, remedy: str
) -> None:
    first = parts[0]
    for part in parts[1:]:
        if fact(part) != fact(first):
            raise UsageProblem(problem.format(first, part), remedy)


def _refuse_repeated(parts: Sequence[Part]) -> None:
    ran: dict[str, Part] = {}
    for part in parts:
        for test_id in dict.fromkeys(test.id for test in part.run.tests):
            if (other := ran.setdefault(test_id, part)) is not part:
                raise UsageProblem(
                    f"{other.report.folder} and {part.report.folder} both ran {test_id}.",
                    "Name each shard once, and let no two run the same tests.",
                )


def _own_problems(parts: Sequence[Part]) -> Iterator[Section]:
    for part in parts:
        for problem in part.run.problems:
            yield Section(f"{part.name}: {problem.title}", problem.text)


def _losses(parts: Sequence[Part]) -> Iterator[Section]:
    """Say which tests the suite has and no shard brought to an end."""
    shards = [(part, shard) for part in parts if (shard := part.run.shard) is not None]
    for part, shard in shards:
        if lost := shard.tests - len(_ids(part.run.tests)):
            yield Section(
                f"{part.name}: {counted(lost, 'test')} never came to an end",
                f"The shard has {shard.tests}; its job was stopped, or broke off.",
            )
    if not shards:
        return
    if len({(shard.digest, shard.suite_tests) for _, shard in shards}) > 1:
        counts = [f"{part.name} of {counted(shard.suite_tests, 'test')}" for part, shard in shards]
        yield Section(
            "the shards are parts of different suites",
            f"{', '.join(counts)}. Run all from one revision with the same arguments.",
        )
        return
    ran = _ids(test for part in parts for test in part.run.tests)
    if digest_of(ran) != shards[0][1].digest:
        yield Section(
            "the shards together are not the suite",
            f"It has {counted(shards[0][1].suite_tests, 'test')}, and {len(ran)} ran. The shards"
            " divided it differently: give all jobs the same .test_durations.",
        )


def _ids(tests: Iterable[RunTest]) -> set[str]:
    return {test.id for test in tests}


def _common(descriptions: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what all targets say of themselves; a shard that needed none says nothing."""
    spoken = [description for description in descriptions if description]
    return {
        name: value
        for name, value in (spoken[0] if spoken else {}).items()
        if all(description.get(name) == value for description in spoken)
    }


def _listed(thing: str, names: Sequence[str]) -> str:
    return f"{thing} {names[0]}" if len(names) == 1 else f"{thing}s {', '.join(names)}"
