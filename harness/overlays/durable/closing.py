"""The end of an execution, and of its retention.

Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-configuration.html
"""

from __future__ import annotations

from typing import Final, Literal

from aws_durable_execution_sdk_python.lambda_service import ErrorObject

from harness.overlays.core import clock

from . import dead_letters, journal, status_events, store
from .execution import DurableExecution, Then, instant

SECONDS_PER_DAY: Final = 86_400

Ending = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"]

_EVENTS: Final = {
    "SUCCEEDED": "ExecutionSucceeded",
    "FAILED": "ExecutionFailed",
    "TIMED_OUT": "ExecutionTimedOut",
    "STOPPED": "ExecutionStopped",
}


def close(
    execution: DurableExecution,
    after: list[Then],
    ending: Ending,
    *,
    result: str | None = None,
    error: ErrorObject | None = None,
) -> None:
    """End an execution that runs; call it in its turn.

    Args:
        execution: The execution.
        after: The turn's list.
        ending: How it ends.
        result: JSON that it ends with, where it succeeded.
        error: Why it didn't.
    """
    state, now = execution.state, instant()
    problem = error or ErrorObject(None, None, None, None)
    match ending:
        case "SUCCEEDED":
            state.complete_success(result, now)
        case "FAILED":
            state.complete_fail(problem, now)
        case "TIMED_OUT":
            state.complete_timeout(problem, now)
        case "STOPPED":
            state.complete_stopped(problem, now)
    details = (
        {"Result": journal.payload(result)}
        if ending == "SUCCEEDED"
        else {"Error": journal.error(problem)}
    )
    execution.journal.add(_EVENTS[ending], now, details, state.operations[0])
    execution.callbacks.clear()
    execution.retry_at = None
    retain(execution)
    execution.closed.set()
    after.append(lambda: status_events.publish(execution))
    if ending != "SUCCEEDED" and execution.plan.is_asynchronous:
        after.append(lambda: dead_letters.send(execution))
    if execution.on_close is not None:
        after.append(execution.on_close)


def retain(execution: DurableExecution) -> None:
    """Keep a closed execution for its retention, and forget it then."""
    if execution.timer is not None:
        execution.timer.cancel()
    days = execution.plan.retention_days
    execution.timer = clock.schedule(
        clock.now() + days * SECONDS_PER_DAY,
        lambda: store.forget(execution),
        what=f"end of retention {execution.arn.function} {execution.arn.name}",
        account=execution.arn.account,
    )
