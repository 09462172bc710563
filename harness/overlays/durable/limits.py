"""How much an execution may hold. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the wording of
what AWS hasn't published follows its published neighbours (see Limits in README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aws_durable_execution_sdk_python.lambda_service import (
    ErrorObject,
    OperationAction,
    OperationType,
    OperationUpdate,
)
from aws_durable_execution_sdk_python_testing.child_dispatcher import (
    CHILD_EXECUTION_OUTPUT_TOO_LARGE_MESSAGE,
    MAX_CHAINED_INVOKE_PAYLOAD_BYTES,
)

from .execution import DurableExecution

MOST_OPERATIONS: Final = 3_000
MOST_STORED_BYTES: Final = 100 * 1024 * 1024
LARGEST_PAYLOAD: Final = 256 * 1024

_LIMITED: Final = (OperationType.STEP, OperationType.CONTEXT)


def problem_with(execution: DurableExecution, updates: Sequence[OperationUpdate]) -> str | None:
    """Return why a checkpoint is too much; None when it isn't."""
    for update in updates:
        size = size_of(update.payload)
        if update.operation_type in _LIMITED and size > LARGEST_PAYLOAD:
            return (
                f"{update.operation_type.value} output payload size must be less than or equal to "
                f"{LARGEST_PAYLOAD} bytes."
            )
    known = {operation.operation_id for operation in execution.state.operations}
    new = {
        update.operation_id
        for update in updates
        if update.operation_type is not OperationType.EXECUTION
    } - known
    if len(known) + len(new) > MOST_OPERATIONS:
        return f"An execution can have at most {MOST_OPERATIONS} operations."
    if execution.stored_bytes + stored_by(updates) > MOST_STORED_BYTES:
        return f"An execution can write at most {MOST_STORED_BYTES} bytes."
    return None


def stored_by(updates: Sequence[OperationUpdate]) -> int:
    """Return how many bytes a checkpoint writes."""
    return sum(
        size_of(update.payload) for update in updates if update.action is not OperationAction.CANCEL
    )


def size_of(payload: str | None) -> int:
    return len(payload.encode()) if payload else 0


def problem_with_result(execution: DurableExecution, result: str | None) -> ErrorObject | None:
    """Return why a child's result can't be handed to its parent; None when it can."""
    is_child = execution.state.parent_execution_arn is not None
    if not is_child or size_of(result) <= MAX_CHAINED_INVOKE_PAYLOAD_BYTES:
        return None
    return ErrorObject.from_message(CHILD_EXECUTION_OUTPUT_TOO_LARGE_MESSAGE)
