"""What a run on AWS would make, how long it would take, and what it would cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from harness.errors import HarnessError
from harness.targets.aws.prices import PriceTable, price_table

from .planned_resources import resources_in
from .planned_templates import templates_of


@dataclass(frozen=True)
class PlannedStack:
    """A stack that a test module deploys.

    Attributes:
        module: The test module.
        template: Its template.
        resources: How many of each type it makes.
        problem: Why that isn't known.
    """

    module: Path
    template: Path
    resources: Counter[str]
    problem: str = ""

    def duration(self, table: PriceTable) -> timedelta:
        """Return how long it takes to make and delete."""
        longer = [table.longer[kind] for kind in self.resources if kind in table.longer]
        return table.stack + max(longer, default=timedelta())


@dataclass(frozen=True)
class Plan:
    """What a run would make.

    Attributes:
        stacks: The stacks, in the order of their modules.
        table: The prices that it is estimated with.
        workers: How many modules run at once.
    """

    stacks: tuple[PlannedStack, ...]
    table: PriceTable
    workers: int = 1

    @property
    def resources(self) -> Counter[str]:
        """How many resources of each type all stacks make together."""
        return sum((stack.resources for stack in self.stacks), Counter[str]())

    @property
    def duration(self) -> timedelta:
        """How long making and deleting the stacks takes; the tests' own waits come on top."""
        total = sum((stack.duration(self.table) for stack in self.stacks), timedelta())
        return total / max(1, min(self.workers, len({stack.module for stack in self.stacks})))

    @property
    def cost(self) -> float:
        """US dollars, of those types whose price is known."""
        known = self.table.prices
        return sum(
            count * known[kind].of(self.duration)
            for kind, count in self.resources.items()
            if kind in known
        )

    @property
    def unknown(self) -> list[str]:
        """Types of resources whose price isn't known."""
        return sorted(kind for kind in self.resources if kind not in self.table.prices)


def plan_of(modules: Iterable[Path], *, region: str, workers: int = 1) -> Plan:
    """Plan a run of test modules: read their templates; nothing is sent.

    Args:
        modules: Their files.
        region: Where they would be deployed.
        workers: How many modules run at once.
    """
    stacks = []
    counted: dict[Path, tuple[Counter[str], str]] = {}
    for module in modules:
        for template in templates_of(module):
            if template not in counted:
                counted[template] = _count(template, region)
            stacks.append(PlannedStack(module, template, *counted[template]))
    return Plan(tuple(stacks), price_table(), workers)


def _count(template: Path, region: str) -> tuple[Counter[str], str]:
    try:
        return resources_in(template, region=region), ""
    except HarnessError as problem:
        # Some are there to be refused; the run will tell.
        return Counter(), problem.problem
