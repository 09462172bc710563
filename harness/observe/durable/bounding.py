"""Keeps a timeline to a size that a report can carry. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .model import Operation, Timeline


@dataclass(frozen=True)
class Bounds:
    """How much of an execution is kept.

    Attributes:
        operations: Operations, the first ones.
        attempts: Attempts of each, the first ones.
        invocations: Invocations and pauses, the first ones.
    """

    operations: int
    attempts: int
    invocations: int


def bounded(timeline: Timeline, bounds: Bounds) -> Timeline:
    """Return a timeline that is no larger; what it leaves out it counts."""
    kept = timeline.operations[: bounds.operations]
    return replace(
        timeline,
        operations=tuple(_bounded(operation, bounds.attempts) for operation in kept),
        left_out=timeline.left_out + len(timeline.operations) - len(kept),
        invocations=timeline.invocations[: bounds.invocations],
        pauses=timeline.pauses[: bounds.invocations],
        is_cut=timeline.is_cut or len(timeline.invocations) > bounds.invocations,
    )


def _bounded(operation: Operation, attempts: int) -> Operation:
    left_out = operation.left_out + max(len(operation.attempts) - attempts, 0)
    return replace(operation, attempts=operation.attempts[:attempts], left_out=left_out)
