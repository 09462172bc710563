"""What a change of an operation adds to the history. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Event.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aws_durable_execution_sdk_python.lambda_service import (
    CallbackOptions,
    Operation,
    OperationAction,
    OperationStatus,
    OperationType,
    OperationUpdate,
)

from .journal import Journal, error, payload

NAMES = {
    OperationType.CONTEXT: "Context",
    OperationType.STEP: "Step",
    OperationType.WAIT: "Wait",
    OperationType.CALLBACK: "Callback",
    OperationType.CHAINED_INVOKE: "ChainedInvoke",
}
ENDS = {
    OperationStatus.SUCCEEDED: "Succeeded",
    OperationStatus.FAILED: "Failed",
    OperationStatus.TIMED_OUT: "TimedOut",
    OperationStatus.STOPPED: "Stopped",
    OperationStatus.CANCELLED: "Cancelled",
}


def record_update(
    journal: Journal, update: OperationUpdate, operation: Operation, attempt: int, at: datetime
) -> None:
    """Record what a checkpoint says about an operation.

    Args:
        journal: The execution's history.
        update: One of the checkpoint's.
        operation: The operation after the checkpoint.
        attempt: Of a step: which one began or ended.
        at: When.
    """
    kind = NAMES[update.operation_type]
    match update.action:
        case OperationAction.START:
            journal.add(f"{kind}Started", at, started(update, operation), operation)
            if operation.status is OperationStatus.FAILED and kind == "ChainedInvoke":
                record_end(journal, operation, at)
        case OperationAction.SUCCEED:
            details = {"Result": payload(update.payload), **_retries(update, attempt)}
            journal.add(f"{kind}Succeeded", at, details, operation)
        case OperationAction.FAIL:
            details = {"Error": error(update.error), **_retries(update, attempt)}
            journal.add(f"{kind}Failed", at, details, operation)
        case OperationAction.RETRY if update.error is not None:
            details = {"Error": error(update.error), **_retries(update, attempt)}
            journal.add("StepFailed", at, details, operation)
        case OperationAction.RETRY:
            details = {"Result": payload(update.payload), **_retries(update, attempt)}
            journal.add("StepSucceeded", at, details, operation)
        case OperationAction.CANCEL:
            journal.add(f"{kind}Cancelled", at, {}, operation)


def record_end(journal: Journal, operation: Operation, at: datetime) -> None:
    """Record that an operation ended without the function's doing."""
    kind, end = NAMES[operation.operation_type], ENDS[operation.status]
    details: dict[str, Any] = {}
    if operation.wait_details is not None:
        details["Duration"] = duration_of(operation)
    outcome = operation.callback_details or operation.chained_invoke_details
    if outcome is not None and operation.status is OperationStatus.SUCCEEDED:
        details["Result"] = payload(outcome.result)
    elif outcome is not None:
        details["Error"] = error(outcome.error)
    journal.add(f"{kind}{end}", at, details, operation)


def started(update: OperationUpdate, operation: Operation) -> dict[str, Any]:
    """Return the details of an operation's start."""
    if operation.wait_details is not None:
        end = operation.wait_details.scheduled_end_timestamp
        return {"Duration": duration_of(operation), "ScheduledEndTimestamp": end}
    if operation.callback_details is not None:
        given = update.callback_options or CallbackOptions()
        limits = {
            "Timeout": given.timeout_seconds,
            "HeartbeatTimeout": given.heartbeat_timeout_seconds,
        }
        set_limits = {name: seconds for name, seconds in limits.items() if seconds}
        return {"CallbackId": operation.callback_details.callback_id, **set_limits}
    if update.chained_invoke_options is not None:
        options = update.chained_invoke_options
        details: dict[str, Any] = {"FunctionName": options.function_name}
        if options.tenant_id is not None:
            details["TenantId"] = options.tenant_id
        # A target that can't be found is told without the input.
        if operation.status is not OperationStatus.FAILED and update.payload is not None:
            details["Input"] = payload(update.payload)
        return details
    return {}


def duration_of(wait: Operation) -> int:
    """Return the seconds that a wait was started for."""
    end = wait.wait_details.scheduled_end_timestamp if wait.wait_details else None
    assert end is not None
    assert wait.start_timestamp is not None
    seconds: float = (end - wait.start_timestamp).total_seconds()
    return round(seconds)


def _retries(update: OperationUpdate, attempt: int) -> dict[str, Any]:
    if update.operation_type is not OperationType.STEP:
        return {}
    retries = {"CurrentAttempt": attempt}
    if update.step_options is not None and update.action is OperationAction.RETRY:
        retries["NextAttemptDelaySeconds"] = update.step_options.next_attempt_delay_seconds
    return {"RetryDetails": retries}
