"""Counts what a run announces, pattern by pattern."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.claims import Outcome
from harness.errors import MissingRequirement


@dataclass
class PatternTally:
    """How far a pattern is.

    Attributes:
        total: How many tests it has.
        counts: How many ended, by outcome.
    """

    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    @property
    def is_complete(self) -> bool:
        return self.done >= self.total

    def __str__(self) -> str:
        """The counts in words: `5 passed, 1 skipped`."""
        said = [f"{self.counts[name]} {name}" for name in Outcome if self.counts[name]]
        return ", ".join(said) or "nothing ran"


def counted(count: int, thing: str) -> str:
    """Return a number of things in words."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


class Tally:
    """How far a run is.

    Attributes:
        patterns: Its patterns.
        lack: What the machine lacked for tests to run, if it did.
        left: What a run on AWS could not delete, in a sentence.
    """

    def __init__(self) -> None:
        self.patterns: dict[str, PatternTally] = {}
        self.lack: str | None = None
        self.left: str | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        """Count an event."""
        match event["event"]:
            case "collected":
                for pattern, count in event["tests"].items():
                    self.patterns.setdefault(pattern, PatternTally()).total = count
            case "ended":
                tally = self.patterns.setdefault(event["pattern"], PatternTally())
                tally.counts[event["outcome"]] += 1
            case "problem" | "left" if event["exit_code"] == MissingRequirement.exit_code:
                self.lack = event["message"]
            case "left":
                self.left = event["message"]
