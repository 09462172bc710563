"""What moves an execution on: its function's invocations, and what falls due between them.

At most one invocation of an execution runs at a time. What happens meanwhile is remembered and
leads to one more, unless the function has heard of it by a checkpoint.
"""

from __future__ import annotations

import threading
from typing import Any

from aws_durable_execution_sdk_python.lambda_service import (
    CallbackTimeoutType,
    ErrorObject,
    OperationStatus,
    OperationType,
)

from harness.overlays.core import clock

from . import closing, envelope, invoker, journal, limits, retries, status_events, transitions
from .deadlines import Deadline, due, next_deadline
from .execution import DurableExecution, Then, instant

service: Any = None
"""LocalStack's `LambdaService`, once it has been asked for a durable function."""


def begin(execution: DurableExecution) -> None:
    """Start an execution that was just created."""
    plan = execution.plan
    with execution.turn() as after:
        details = {
            "Input": journal.payload(plan.payload),
            "ExecutionTimeout": plan.timeout_seconds,
        }
        execution.journal.add(
            "ExecutionStarted", execution.started_at, details, execution.state.operations[0]
        )
        status_events.publish(execution)
        rearm(execution)
        wake(execution, after)


def wake(execution: DurableExecution, after: list[Then]) -> None:
    """Have the function invoked, now or after the invocation that runs; call it in a turn."""
    if execution.state.is_complete:
        return
    if execution.is_invoking:
        execution.is_woken = True
        return
    execution.is_invoking = True
    run = clock.carried(f"invocation of {execution.arn.function} {execution.arn.name}", _run)
    thread = threading.Thread(
        target=run, args=(execution,), name=f"durable-{execution.arn.name}", daemon=True
    )
    after.append(thread.start)


def rearm(execution: DurableExecution) -> None:
    """Set the execution's one timer to what is due next; call it in a turn."""
    if execution.state.is_complete:
        return
    deadline, timer = next_deadline(execution), execution.timer
    what = f"{deadline.what} {execution.arn.function} {execution.arn.name}"
    if timer is not None:
        if (timer.at, timer.what) == (deadline.at, what):
            return
        timer.cancel()
    execution.timer = clock.schedule(
        deadline.at, lambda: fall_due(execution), what=what, account=execution.arn.account
    )


def fall_due(execution: DurableExecution) -> None:
    """Do what is due now, in order, and go on with the execution where that changed it."""
    with execution.turn() as after:
        execution.timer = None
        changed = False
        for deadline in due(execution, clock.now()):
            if not execution.state.is_complete:
                changed |= _meet(execution, deadline, after)
        if changed:
            wake(execution, after)
        rearm(execution)


def end_due_operations(execution: DurableExecution) -> None:
    """End the waits and pauses that are over, without an invocation; call it in a turn."""
    for deadline in due(execution, clock.now()):
        if deadline.what.startswith(("wait", "step retry")):
            _end_wait_or_retry(execution, deadline.operation_id)


def _meet(execution: DurableExecution, deadline: Deadline, after: list[Then]) -> bool:
    """Do what is due; True where the function should hear of it."""
    if deadline.what == "execution timeout":
        seconds = execution.plan.timeout_seconds
        problem = ErrorObject.from_message(f"Execution timed out after {seconds} seconds.")
        closing.close(execution, after, "TIMED_OUT", error=problem)
        return False
    if deadline.what == "invocation retry":
        execution.retry_at = None
    elif deadline.what == "callback timeout":
        _time_out(execution, deadline, CallbackTimeoutType.TIMEOUT, "Callback timed out")
    elif deadline.what == "callback heartbeat timeout":
        message = "Callback timed out on heartbeat"
        _time_out(execution, deadline, CallbackTimeoutType.HEARTBEAT, message)
    else:
        _end_wait_or_retry(execution, deadline.operation_id)
    return True


def _end_wait_or_retry(execution: DurableExecution, operation_id: str) -> None:
    state, now = execution.state, instant()
    _, operation = state.find_operation(operation_id)
    if operation.operation_type is OperationType.WAIT:
        transitions.record_end(execution.journal, state.complete_wait(operation_id, now), now)
    else:
        state.complete_retry(operation_id)


def _time_out(
    execution: DurableExecution, deadline: Deadline, kind: CallbackTimeoutType, message: str
) -> None:
    # Both limits may be due at once; the first one has taken the callback off the list.
    if execution.callbacks.pop(deadline.operation_id, None) is None:
        return
    now = instant()
    _, operation = execution.state.find_operation(deadline.operation_id)
    assert operation.callback_details is not None
    ended = execution.state.complete_callback_timeout(
        operation.callback_details.callback_id, ErrorObject(message, kind.value, None, None), now
    )
    assert ended.status is OperationStatus.TIMED_OUT
    transitions.record_end(execution.journal, ended, now)


def _run(execution: DurableExecution) -> None:
    while _invoke_once(execution):
        pass


def _invoke_once(execution: DurableExecution) -> bool:
    """Invoke the function once; True where it is to be invoked again at once."""
    state = execution.state
    with execution.turn():
        if state.is_complete:
            execution.is_invoking = False
            return False
        execution.retry_at = None
        execution.suspended.clear()
        state.begin_new_invocation()
        event = envelope.event(execution)
        state.mark_state_delivered()
        known, started = state.seq_counter, instant()
    attempt = invoker.invoke(service, execution, event)
    with execution.turn() as after:
        execution.is_invoking = False
        execution.suspended.set()
        is_woken, execution.is_woken = execution.is_woken, False
        if attempt.kind not in ("refused", "missing"):
            execution.log = attempt.log
            details = {
                "StartTimestamp": started,
                "EndTimestamp": instant(),
                "RequestId": attempt.request_id,
            }
            if attempt.kind == "failed":
                details["Error"] = journal.error(envelope.error_in(attempt.payload))
            execution.journal.add("InvocationCompleted", instant(), details)
        if not state.is_complete:
            _follow(execution, attempt, known, after)
        # The SDK tells its state as of the invocation's last checkpoint.
        is_news = state.has_changes_after(max(known, state.handler_seen_seq))
        if is_woken and is_news and not state.is_complete and execution.retry_at is None:
            execution.is_invoking = True
        rearm(execution)
        return execution.is_invoking


def _follow(
    execution: DurableExecution, attempt: invoker.Attempt, known: int, after: list[Then]
) -> None:
    """Act on how an invocation went."""
    if attempt.kind == "refused":
        execution.throttles += 1
        pause = retries.throttle_seconds(execution.throttles)
        execution.retry_at = clock.now() + pause
        return
    execution.throttles = 0
    if attempt.kind == "missing":
        problem = ErrorObject(attempt.payload.decode(), "ResourceNotFoundException", None, None)
        closing.close(execution, after, "FAILED", error=problem)
        return
    if attempt.kind == "failed":
        _try_again(execution, envelope.error_in(attempt.payload), retries.FAILED_ATTEMPTS, after)
        return
    try:
        output = envelope.output_in(attempt.payload)
    except envelope.InvalidOutputError as invalid:
        closing.close(execution, after, "FAILED", error=envelope.invalid_output(invalid))
        return
    if output.status == "SUCCEEDED":
        if problem := limits.problem_with_result(execution, output.result):
            closing.close(execution, after, "FAILED", error=problem)
        else:
            closing.close(execution, after, "SUCCEEDED", result=output.result)
    elif output.status == "FAILED":
        closing.close(execution, after, "FAILED", error=output.error)
    elif is_waiting(execution, known):
        execution.failures = 0
    else:
        problem = envelope.invalid_output(envelope.NOTHING_PENDING)
        _try_again(execution, problem, retries.IDLE_ATTEMPTS, after)


def is_waiting(execution: DurableExecution, known: int) -> bool:
    """Whether an invocation may suspend: something is pending, or ended after it had begun."""
    state = execution.state
    return bool(
        state.has_pending_operations(state)
        or state.has_changes_after(max(known, state.handler_seen_seq))
    )


def _try_again(
    execution: DurableExecution, problem: ErrorObject, attempts: int, after: list[Then]
) -> None:
    execution.failures += 1
    if execution.failures >= attempts:
        closing.close(execution, after, "FAILED", error=problem)
    else:
        execution.retry_at = clock.now() + retries.BACKOFF_SECONDS
