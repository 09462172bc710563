"""What an execution waits for, and when it is due. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aws_durable_execution_sdk_python.lambda_service import (
    Operation,
    OperationStatus,
    OperationType,
)

from .execution import DurableExecution

ROUNDING_SECONDS: Final = 2e-6
"""What an instant may lose on its way through timestamps of microseconds and clocks that count
otherwise. A timer that came earlier than what it was set for would be set again, for ever."""


@dataclass(frozen=True, order=True)
class Deadline:
    """Something that falls due.

    Attributes:
        at: When, in the emulator's time.
        what: What it is, for people.
        operation_id: Of the operation that it belongs to; empty for the execution itself.
    """

    at: float
    what: str
    operation_id: str = ""


def deadlines(execution: DurableExecution) -> Iterator[Deadline]:
    """Yield everything that an execution waits for with a time."""
    yield Deadline(execution.expires_at, "execution timeout")
    if execution.retry_at is not None:
        yield Deadline(execution.retry_at, "invocation retry")
    for operation in execution.state.operations:
        if (at := wait_or_retry(operation)) is not None:
            kind = "wait" if operation.operation_type is OperationType.WAIT else "step retry"
            yield Deadline(at, _named(kind, operation.name), operation.operation_id)
    for operation_id, limits in execution.callbacks.items():
        for at, kind in (
            (limits.at, "callback timeout"),
            (limits.heartbeat_at, "callback heartbeat timeout"),
        ):
            if at is not None:
                yield Deadline(at, kind, operation_id)


def next_deadline(execution: DurableExecution) -> Deadline:
    return min(deadlines(execution))


def due(execution: DurableExecution, now: float) -> list[Deadline]:
    """Return what is due, in order."""
    latest = now + ROUNDING_SECONDS
    return sorted(deadline for deadline in deadlines(execution) if deadline.at <= latest)


def wait_or_retry(operation: Operation) -> float | None:
    """Return when a wait ends or a step is tried again; None for anything else."""
    if operation.operation_type is OperationType.WAIT:
        details = operation.wait_details
        if operation.status is OperationStatus.STARTED and details is not None:
            end = details.scheduled_end_timestamp
            return end.timestamp() if end is not None else None
    elif operation.status is OperationStatus.PENDING and operation.step_details is not None:
        attempt = operation.step_details.next_attempt_timestamp
        return attempt.timestamp() if attempt is not None else None
    return None


def _named(kind: str, name: str | None) -> str:
    return f"{kind} {name}" if name else kind
