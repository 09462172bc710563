"""What is known about a run: the data behind the report, as `run_document` keeps it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from harness.claims import Outcome
from harness.observe.durable.model import Timeline


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
        lacks: Capabilities that it was skipped for, because the target lacks them.
        failure: The assertion with its context.
        sections: Log tails and the like.
        shard: Name of the shard that ran it, in a report joined from several.
    """

    id: str
    outcome: Outcome
    started: datetime
    setup: timedelta = timedelta()
    duration: timedelta = timedelta()
    worker: str = ""
    claims: tuple[str, ...] = ()
    reason: str = ""
    lacks: tuple[str, ...] = ()
    failure: str = ""
    sections: tuple[Section, ...] = ()
    shard: str = ""

    @property
    def pattern(self) -> str:
        return pattern_of(self.id)

    @property
    def sentence(self) -> str:
        return sentence_of(self.id)


@dataclass(frozen=True)
class ModuleExecutions:
    """The durable executions that a test module has had.

    Attributes:
        module: The module's id.
        timelines: The first ones.
        more: How many there were beside these.
        problem: Why they could not be read; empty when they could.
    """

    module: str
    timelines: tuple[Timeline, ...] = ()
    more: int = 0
    problem: str = ""

    @property
    def pattern(self) -> str:
        return pattern_of(self.module)


@dataclass(frozen=True)
class Shard:
    """Which part of a suite a run is.

    Attributes:
        index: 1 for the first.
        count: How many there are.
        tests: How many tests it has to run.
        suite_tests: How many tests the suite has, those of the other shards included.
        digest: `digest_of` the suite's tests: shards of one suite agree about it.
    """

    index: int
    count: int
    tests: int
    suite_tests: int
    digest: str

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


@dataclass(frozen=True)
class JoinedShard:
    """A shard as the report knows it that several were joined into.

    Attributes:
        name: `2/3`, or its folder's name where the shards have no numbers.
        started: When it began.
        duration: How long it took.
    """

    name: str
    started: datetime
    duration: timedelta


@dataclass(frozen=True)
class Run:
    """A run of scenarios.

    Attributes:
        target: What the target calls itself.
        started: When the run began.
        duration: How long it took.
        tests: Its tests, in the order in which they ended.
        problems: What broke outside any test: collection, the target.
        description: What the target says about itself: versions, endpoint.
        harness: Version of the harness that ran it.
        shard: Which part of the suite it is; None for a whole one.
        shards: What it was joined from; empty for a run of one piece.
        executions: The durable executions of each module that had some.
    """

    target: str
    started: datetime
    duration: timedelta
    tests: tuple[RunTest, ...] = ()
    problems: tuple[Section, ...] = ()
    description: dict[str, Any] = field(default_factory=dict)
    harness: str = ""
    shard: Shard | None = None
    shards: tuple[JoinedShard, ...] = ()
    executions: tuple[ModuleExecutions, ...] = ()

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(test.outcome for test in self.tests)

    @property
    def is_spare(self) -> bool:
        """Whether it is a shard of a suite with too few modules for it to get any."""
        return self.shard is not None and self.shard.tests == 0 < self.shard.suite_tests

    @property
    def has_held(self) -> bool:
        has_done = bool(self.tests) or self.is_spare
        return has_done and not self.problems and not self.counts[Outcome.FAILED]

    def of(self, pattern: str) -> list[RunTest]:
        return [test for test in self.tests if test.pattern == pattern]


def digest_of(test_ids: Iterable[str]) -> str:
    """Return what two runs agree about when they know the same tests, in whichever order."""
    return hashlib.sha256("\n".join(sorted(set(test_ids))).encode()).hexdigest()


def counts_by_shard(run: Run) -> dict[str, Counter[str]]:
    """Return how the tests of each shard of a joined run came out."""
    counts: dict[str, Counter[str]] = {shard.name: Counter() for shard in run.shards}
    for test in run.tests:
        counts[test.shard][test.outcome] += 1
    return counts


def pattern_of(test_id: str) -> str:
    """Return the pattern that a test belongs to: the folder that holds its module."""
    return PurePosixPath(test_id.partition("::")[0]).parent.name


def sentence_of(test_id: str) -> str:
    """Return a test's name as the sentence that it is."""
    name = test_id.rpartition("::")[2]
    base, bracket, case = name.partition("[")
    words = base.removeprefix("test_").replace("_", " ")
    return f"{words} [{case}" if bracket else words
