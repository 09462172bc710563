"""Divides a suite over several jobs: which part a job was asked for, and which modules that is.

A module's tests share a stack, so that a module is never divided: pytest-split, which balances
tests, would deploy its stack in several jobs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import UsageProblem

MOST = 1000


@dataclass(frozen=True)
class WantedShard:
    """The part of a suite that a job was asked to run.

    Attributes:
        index: 1 for the first.
        count: How many jobs share the suite.
    """

    index: int
    count: int

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def parse(text: str) -> WantedShard:
    """Read `2/3`.

    Raises:
        UsageProblem: It is something else, or there is no such shard.
    """
    match = re.fullmatch(r"(\d{1,4})/(\d{1,4})", text, re.ASCII)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count <= MOST:
        raise UsageProblem(
            f'"{text}" is no shard.', "Say which one of how many: 1/3, 2/3 or 3/3 for three jobs."
        )
    return WantedShard(index, count)


def modules_by_shard(
    tests: Sequence[str], seconds: Mapping[str, float], count: int
) -> list[set[str]]:
    """Divide modules so that the shards take about equally long.

    The longest module first, each to the shard that has least so far. The order of the tests
    doesn't matter, so that every job comes to the same division by itself.

    Args:
        tests: pytest's node ids.
        seconds: How long tests took before, by node id; a test that isn't there counts as an
            average one.
        count: How many shards.

    Returns:
        The modules of each shard; of some none when there are fewer modules than shards.
    """
    known = [seconds[test] for test in tests if test in seconds]
    average = sum(known) / len(known) if known else 1.0
    durations: defaultdict[str, float] = defaultdict(float)
    for test in sorted(tests):
        durations[module_of(test)] += seconds.get(test, average)
    shards: list[set[str]] = [set() for _ in range(count)]
    totals = [0.0] * count
    for module in sorted(durations, key=lambda module: (-durations[module], module)):
        # Of equally long ones the shard with fewer modules: none stays empty that needn't.
        least = min(range(count), key=lambda index: (totals[index], len(shards[index])))
        shards[least].add(module)
        totals[least] += durations[module]
    return shards


def module_of(test: str) -> str:
    """Return the file that a node id begins with."""
    return test.partition("::")[0]
