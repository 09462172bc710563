"""What is known about a run: the data behind the report, as `run.json` keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from harness.claims import Outcome


@dataclass(frozen=True)
class Section:
    """Long evidence beside a failure.

    Attributes:
        title: What it is.
        text: The evidence, redacted.
    """

    title: str
    text: str


@dataclass(frozen=True)
class RunTest:
    """One test of a run.

    Attributes:
        id: pytest's node id.
        outcome: Passed, failed or skipped.
        started: When its set-up began.
        setup: How long its set-up took: a module's first test pays for the stack.
        duration: How long set-up, call and teardown took together.
        worker: Name of the worker that ran it; empty without workers.
        claims: Ids of the claims that it names.
        reason: Why it failed or was skipped, in a line.
        failure: The assertion with its context.
        sections: Log tails and the like.
    """

    id: str
    outcome: Outcome
    started: datetime
    setup: timedelta = timedelta()
    duration: timedelta = timedelta()
    worker: str = ""
    claims: tuple[str, ...] = ()
    reason: str = ""
    failure: str = ""
    sections: tuple[Section, ...] = ()

    @property
    def pattern(self) -> str:
        return pattern_of(self.id)

    @property
    def sentence(self) -> str:
        return sentence_of(self.id)


@dataclass(frozen=True)
class Run:
    """A run of scenarios.

    Attributes:
        target: Name of the target.
        description: What the target says about itself: versions, endpoint.
        started: When the run began.
        duration: How long it took.
        tests: Its tests, in the order in which they ended.
        problems: What broke outside any test: collection, the target.
    """

    target: str
    started: datetime
    duration: timedelta
    tests: tuple[RunTest, ...] = ()
    problems: tuple[Section, ...] = ()
    description: dict[str, Any] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(test.outcome for test in self.tests)

    @property
    def has_held(self) -> bool:
        return bool(self.tests) and not self.problems and not self.counts[Outcome.FAILED]

    def of(self, pattern: str) -> list[RunTest]:
        return [test for test in self.tests if test.pattern == pattern]


def pattern_of(test_id: str) -> str:
    """Return the pattern that a test belongs to: the folder that holds its module."""
    return PurePosixPath(test_id.partition("::")[0]).parent.name


def sentence_of(test_id: str) -> str:
    """Return a test's name as the sentence that it is."""
    name = test_id.rpartition("::")[2]
    base, bracket, case = name.partition("[")
    words = base.removeprefix("test_").replace("_", " ")
    return f"{words} [{case}" if bracket else words


def as_json(run: Run) -> dict[str, Any]:
    """Return the document that `run.json` holds."""
    document = asdict(run)
    document |= {"started": run.started.isoformat(), "duration": run.duration.total_seconds()}
    for test in document["tests"]:
        test |= {
            "outcome": str(test["outcome"]),
            "started": test["started"].isoformat(),
            "setup": test["setup"].total_seconds(),
            "duration": test["duration"].total_seconds(),
        }
    return document


def from_json(document: dict[str, Any]) -> Run:
    """Read a run back from its document."""
    return Run(
        target=document["target"],
        started=datetime.fromisoformat(document["started"]),
        duration=timedelta(seconds=document["duration"]),
        tests=tuple(_test(test) for test in document["tests"]),
        problems=_sections(document["problems"]),
        description=document["description"],
    )


def _test(document: dict[str, Any]) -> RunTest:
    return RunTest(
        id=document["id"],
        outcome=Outcome(document["outcome"]),
        started=datetime.fromisoformat(document["started"]),
        setup=timedelta(seconds=document["setup"]),
        duration=timedelta(seconds=document["duration"]),
        worker=document["worker"],
        claims=tuple(document["claims"]),
        reason=document["reason"],
        failure=document["failure"],
        sections=_sections(document["sections"]),
    )


def _sections(documents: Iterable[dict[str, str]]) -> tuple[Section, ...]:
    return tuple(Section(**document) for document in documents)
