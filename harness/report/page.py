"""The report as one page that opens offline: what it says, in the order in which people ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path, PurePosixPath

import jinja2

from harness.claims import ClaimResult, Outcome
from harness.observe.durable.model import Timeline
from harness.observe.durable.wording import extent_of, title_of

from .durable import draw
from .model import ModuleExecutions, Run, RunTest, counts_by_shard
from .scenarios import Scenario, scenario_in
from .timeline import timeline_of
from .wording import counted


@dataclass(frozen=True)
class Drawn:
    """An execution as the page shows it."""

    timeline: Timeline
    svg: str

    @property
    def title(self) -> str:
        return title_of(self.timeline)

    @property
    def extent(self) -> str:
        return extent_of(self.timeline)

    @property
    def outcome(self) -> str:
        """The page's word for its status."""
        if self.timeline.is_open:
            return "skipped"
        return "passed" if self.timeline.status == "SUCCEEDED" else "failed"


@dataclass(frozen=True)
class DrawnModule:
    """The executions of a module as the page shows them."""

    executions: ModuleExecutions
    drawn: Sequence[Drawn]

    @property
    def name(self) -> str:
        return PurePosixPath(self.executions.module).name


@dataclass(frozen=True)
class Pattern:
    """A pattern: its claims, and the tests of this run that belong to it."""

    name: str
    scenario: Scenario
    results: Sequence[ClaimResult] = ()
    tests: Sequence[RunTest] = ()
    executions: Sequence[DrawnModule] = ()

    @property
    def passed(self) -> int:
        return sum(result.outcome is Outcome.PASSED for result in self.results)

    @property
    def untested(self) -> list[ClaimResult]:
        return [result for result in self.results if result.outcome is Outcome.UNTESTED]

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(test.outcome for test in self.tests)

    @property
    def duration(self) -> timedelta:
        return sum((test.duration for test in self.tests), timedelta())


@dataclass(frozen=True)
class Page:
    """Everything that the template shows."""

    run: Run
    results: Sequence[ClaimResult]
    patterns: Sequence[Pattern]
    timeline: str
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def claim_counts(self) -> Counter[Outcome]:
        return Counter(result.outcome for result in self.results)

    @property
    def failed(self) -> list[RunTest]:
        return [test for test in self.run.tests if test.outcome is Outcome.FAILED]

    @property
    def skipped(self) -> dict[str, list[RunTest]]:
        """Skipped tests by their reason."""
        found: dict[str, list[RunTest]] = {}
        for test in self.run.tests:
            if test.outcome is Outcome.SKIPPED:
                found.setdefault(test.reason or "no reason was given", []).append(test)
        return found

    @property
    def by_shard(self) -> dict[str, Counter[str]]:
        return counts_by_shard(self.run)

    @property
    def tested(self) -> list[Pattern]:
        return [pattern for pattern in self.patterns if pattern.tests]

    @property
    def elsewhere(self) -> list[Pattern]:
        """Patterns with claims that no test of this run belongs to."""
        return [pattern for pattern in self.patterns if not pattern.tests]

    @property
    def verdict(self) -> str:
        """Answer in a sentence whether it held."""
        counts = self.run.counts
        if counts[Outcome.FAILED]:
            return f"{counted(counts[Outcome.FAILED], 'test')} failed"
        if self.run.problems:
            return "The run broke off"
        if self.run.is_spare:
            return "Nothing to run in this shard"
        if not self.run.tests:
            return "No test ran"
        if not counts[Outcome.PASSED]:
            return "Everything was skipped"
        return "It held"


def page_of(run: Run, results: Sequence[ClaimResult], *, root: Path) -> str:
    """Return the report as HTML.

    Args:
        run: The run.
        results: What it made of every claim.
        root: The folder that the tests' ids start from.
    """
    page = Page(
        run=run,
        results=results,
        patterns=list(_patterns(run, results, root)),
        timeline=timeline_of(run.tests, run.started, run.duration) if run.tests else "",
        texts={result.claim.id: result.claim.text for result in results},
    )
    return _template().render(page=page, run=run)


def _patterns(run: Run, results: Sequence[ClaimResult], root: Path) -> Iterable[Pattern]:
    folders = {test.pattern: folder for test in run.tests if (folder := _folder(test, root))}
    drawn = _drawn(run)
    names = [*(test.pattern for test in run.tests), *(result.claim.pattern for result in results)]
    for name in dict.fromkeys(names):
        yield Pattern(
            name=name,
            scenario=scenario_in(folders[name]) if name in folders else Scenario(name),
            results=[result for result in results if result.claim.pattern == name],
            tests=run.of(name),
            executions=[one for one in drawn if one.executions.pattern == name],
        )


def _drawn(run: Run) -> list[DrawnModule]:
    number = count(1)
    return [
        DrawnModule(
            one, [Drawn(each, draw(each, f"execution-{next(number)}")) for each in one.timelines]
        )
        for one in run.executions
    ]


def _folder(test: RunTest, root: Path) -> Path | None:
    """Return the folder of a test's module, if it is below the root: a report may say anything."""
    folder = root / PurePosixPath(test.id.partition("::")[0]).parent
    return folder if folder.resolve().is_relative_to(root.resolve()) else None


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("harness.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["seconds"] = _seconds
    environment.filters["many"] = counted
    return environment.get_template("index.html.j2")


def _seconds(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
