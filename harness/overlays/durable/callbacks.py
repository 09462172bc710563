"""Callbacks: what the world outside tells an execution that waits for it.

A callback's id names its execution and operation, so that two executions' ids never meet.
Source: https://docs.aws.amazon.com/lambda/latest/api/API_SendDurableExecutionCallbackSuccess.html
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Final

from aws_durable_execution_sdk_python.lambda_service import ErrorObject, Operation, OperationStatus
from aws_durable_execution_sdk_python_testing.token import CallbackToken

from harness.overlays.core import clock

from . import arns, progress, store, transitions
from .execution import DurableExecution, Then, instant

INVALID_ID: Final = "Invalid callback id"
NOT_WAITING: Final = "The callback is either timed out or already completed"


class NotWaitingError(Exception):
    """Nothing waits for the callback: it timed out, was completed, or never existed."""


class InvalidIdError(Exception):
    """The id isn't a callback's."""


def succeed(account: str, region: str, callback_id: str, result: bytes) -> None:
    """Complete a callback with a result.

    Raises:
        InvalidIdError, NotWaitingError: There is no such callback that waits.
    """
    with _waiting(account, region, callback_id) as (execution, operation, after):
        _end(
            execution,
            operation,
            after,
            lambda: execution.state.complete_callback_success(callback_id, result, instant()),
        )


def fail(account: str, region: str, callback_id: str, error: ErrorObject) -> None:
    """Complete a callback with an error.

    Raises:
        InvalidIdError, NotWaitingError: There is no such callback that waits.
    """
    with _waiting(account, region, callback_id) as (execution, operation, after):
        _end(
            execution,
            operation,
            after,
            lambda: execution.state.complete_callback_failure(callback_id, error, instant()),
        )


def beat(account: str, region: str, callback_id: str) -> None:
    """Put off a callback's heartbeat timeout; the other one stays.

    Raises:
        InvalidIdError, NotWaitingError: There is no such callback that waits.
    """
    with _waiting(account, region, callback_id) as (execution, operation, _):
        limits = execution.callbacks[operation.operation_id]
        if limits.heartbeat_seconds:
            limits.heartbeat_at = clock.now() + limits.heartbeat_seconds
        progress.rearm(execution)


def _end(
    execution: DurableExecution,
    operation: Operation,
    after: list[Then],
    complete: Callable[[], Operation],
) -> None:
    del execution.callbacks[operation.operation_id]
    transitions.record_end(execution.journal, complete(), instant())
    progress.wake(execution, after)
    progress.rearm(execution)


@contextlib.contextmanager
def _waiting(
    account: str, region: str, callback_id: str
) -> Iterator[tuple[DurableExecution, Operation, list[Then]]]:
    """Hold the execution whose callback waits, for a change of it."""
    try:
        token = CallbackToken.from_str(callback_id)
    except (ValueError, KeyError, TypeError):
        raise InvalidIdError(INVALID_ID) from None
    if arns.parse(token.execution_arn) is None:
        raise InvalidIdError(INVALID_ID)
    execution = store.find(account, region, token.execution_arn)
    if execution is None:
        raise NotWaitingError(NOT_WAITING)
    with execution.turn() as after:
        # What is due is so even where the clock's thread hasn't come to it.
        limits = execution.callbacks.get(token.operation_id)
        ends = [at for at in (limits.at, limits.heartbeat_at) if at] if limits else []
        if limits is None or any(at <= clock.now() for at in ends):
            raise NotWaitingError(NOT_WAITING)
        _, operation = execution.state.find_operation(token.operation_id)
        if operation.status is not OperationStatus.STARTED:
            raise NotWaitingError(NOT_WAITING)
        yield execution, operation, after
