"""Counts the calls that this process makes to AWS: services and operations, nothing else.

They are what a policy for the caller can be made from (`harness aws policy`). No parameter is kept,
so that nothing secret can be.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from harness.errors import UsageProblem

FILE: Final = "calls.json"
"""The file's name in a report's folder."""

Counted = list[dict[str, Any]]
"""`service`, `operation`, `count` of each, by boto3's names."""


class Calls:
    """Counts calls by service and operation."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def watch(self, events: Any) -> None:
        """Count the calls of clients that an emitter of events belongs to; a retry counts once."""
        events.register_first("before-call", self._note)

    def add(self, counted: Iterable[dict[str, Any]]) -> None:
        """Add what another process counted."""
        for one in counted:
            self._counts[one["service"], one["operation"]] += one["count"]

    def counted(self) -> Counted:
        """Return the counts, sorted by name."""
        return [
            {"service": service, "operation": operation, "count": count}
            for (service, operation), count in sorted(self._counts.items())
        ]

    def _note(self, model: Any, **_: Any) -> None:
        self._counts[model.service_model.service_name, model.name] += 1


OF_THIS_PROCESS: Final = Calls()


def read_calls(file: Path) -> set[tuple[str, str]]:
    """Return the services and operations that a run called.

    Raises:
        UsageProblem: The file isn't what a run wrote.
    """
    try:
        return {
            (one["service"], one["operation"])
            for one in json.loads(file.read_text(encoding="utf-8"))["calls"]
        }
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageProblem(
            f"{file} doesn't say what a run called ({problem}).",
            f"A run with --real-aws writes {FILE} into its report's folder.",
        ) from problem


def write_calls(file: Path, target: str, calls: Calls) -> None:
    """Write what was called, and on which target."""
    document = {"target": target, "calls": calls.counted()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
