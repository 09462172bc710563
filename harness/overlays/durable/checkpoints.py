"""A function's checkpoints: judged and applied by AWS's rules, recorded, acted upon.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_CheckpointDurableExecution.html
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_durable_execution_sdk_python.lambda_service import (
    CallbackOptions,
    Operation,
    OperationType,
    OperationUpdate,
)
from aws_durable_execution_sdk_python_testing.checkpoint.core import CheckpointCore
from aws_durable_execution_sdk_python_testing.checkpoint.effects import (
    CallbackCreated,
    ChainedInvokeStarted,
    CheckpointEffect,
    Completed,
    Failed,
)
from aws_durable_execution_sdk_python_testing.checkpoint.transformer import (
    CheckpointRequestDispatcher,
)
from aws_durable_execution_sdk_python_testing.exceptions import InvalidParameterValueException
from aws_durable_execution_sdk_python_testing.execution import OperationPaginatorState
from aws_durable_execution_sdk_python_testing.token import CheckpointToken

from harness.overlays.core import clock

from . import chained, closing, limits, transitions
from .execution import EXECUTION_PAGE_BYTES, CallbackLimits, DurableExecution, Then, instant
from .progress import end_due_operations, rearm

# The SDKs repeat the invocation on this text alone, in this case.
INVALID_TOKEN: Final = "Invalid Checkpoint Token"
REPEATABLE_SECONDS: Final = 15 * 60
"""How long a checkpoint may be repeated with its client token."""


class RefusedError(Exception):
    """A request that AWS refuses with `InvalidParameterValueException`; the message is AWS's."""


@dataclasses.dataclass(frozen=True)
class SubType:
    """An operation's subtype: the SDKs' own, or one that the function's author chose."""

    value: str


@dataclasses.dataclass(frozen=True)
class Accepted:
    """The answer to a checkpoint."""

    token: str | None
    operations: Sequence[Operation]


def accept(
    execution: DurableExecution,
    token: str,
    updates: Sequence[Mapping[str, Any]],
    client_token: str | None,
) -> Accepted:
    """Apply a checkpoint, all of it or nothing.

    Raises:
        RefusedError: The token isn't the one of the invocation that runs, or an update isn't valid.
    """
    state = execution.state
    with execution.turn() as after:
        cached = CheckpointCore.match_cached(state, token, client_token)
        if cached is not None and clock.now() < execution.cached_until:
            return Accepted(cached.outbound_checkpoint_token, cached.operations)
        require_current(execution, token)
        asked = complete([update_in(update) for update in updates], state.operations)
        if problem := limits.problem_with(execution, asked):
            raise RefusedError(problem)
        end_due_operations(execution)
        dispatcher = CheckpointRequestDispatcher(
            chained_invoke_preflight=lambda name: chained.problem_with(execution.arn, name)
        )
        try:
            result = CheckpointCore.apply(
                state, token, asked, client_token, dispatcher, now=instant()
            )
        except InvalidParameterValueException as invalid:
            raise RefusedError(str(invalid)) from invalid
        execution.stored_bytes += limits.stored_by(asked)
        execution.cached_until = clock.now() + REPEATABLE_SECONDS
        _record(execution, asked)
        for effect in result.effects:
            _act(execution, effect, after)
        rearm(execution)
    return Accepted(result.checkpoint_token, result.operations)


def page(
    execution: DurableExecution, token: str, marker: str | None, most: int
) -> tuple[Sequence[Operation], str | None]:
    """Return operations of the execution's state, and where the next ones begin.

    Raises:
        RefusedError: The token or the marker isn't valid.
    """
    with execution.turn():
        require_current(execution, token)
        pinned = OperationPaginatorState.pin(execution.state)
        try:
            operations, following = pinned.page(marker or None, EXECUTION_PAGE_BYTES, most)
        except InvalidParameterValueException as invalid:
            raise RefusedError(str(invalid)) from invalid
    return operations, following


def require_current(execution: DurableExecution, token: str) -> None:
    """Refuse a token that isn't the last one of the invocation that runs."""
    state = execution.state
    try:
        said = CheckpointToken.from_str(token)
    except (ValueError, KeyError, TypeError):
        raise RefusedError(INVALID_TOKEN) from None
    current = (state.durable_execution_arn, state.token_sequence, state.current_invocation_id)
    is_current = (said.execution_arn, said.token_sequence, said.invocation_id) == current
    if not is_current or state.is_complete or not execution.is_invoking:
        raise RefusedError(INVALID_TOKEN)


def update_in(members: Mapping[str, Any]) -> OperationUpdate:
    """Read an update, with whatever subtype it names."""
    given = dict(members)
    sub_type = given.pop("SubType", None)
    update = OperationUpdate.from_dict(given)
    if sub_type is None:
        return update
    # AWS's library knows the subtypes of one SDK version.
    return dataclasses.replace(update, sub_type=SubType(sub_type))


def complete(
    updates: Sequence[OperationUpdate], operations: Sequence[Operation]
) -> list[OperationUpdate]:
    """Add what an operation was started with to updates that leave it out.

    AWS's library takes an update's name, subtype and parent for the operation's.
    """
    known: dict[str, Operation | OperationUpdate] = {
        operation.operation_id: operation for operation in operations
    }
    completed = []
    for update in updates:
        if (begun := known.get(update.operation_id)) is not None:
            update = dataclasses.replace(
                update,
                name=update.name or begun.name,
                sub_type=update.sub_type or begun.sub_type,
                parent_id=update.parent_id or begun.parent_id,
            )
        known.setdefault(update.operation_id, update)
        completed.append(update)
    return completed


def _record(execution: DurableExecution, updates: Sequence[OperationUpdate]) -> None:
    now, by_id = instant(), {each.operation_id: each for each in execution.state.operations}
    for update in updates:
        if update.operation_type is OperationType.EXECUTION:
            continue
        operation = by_id[update.operation_id]
        attempt = operation.step_details.attempt if operation.step_details else 0
        transitions.record_update(execution.journal, update, operation, attempt, now)


def _act(execution: DurableExecution, effect: CheckpointEffect, after: list[Then]) -> None:
    match effect:
        case Completed():
            closing.close(execution, after, "SUCCEEDED", result=effect.result)
        case Failed():
            closing.close(execution, after, "FAILED", error=effect.error)
        case CallbackCreated():
            options = effect.callback_options or CallbackOptions()
            now, beat = clock.now(), options.heartbeat_timeout_seconds
            execution.callbacks[effect.operation_id] = CallbackLimits(
                at=now + options.timeout_seconds if options.timeout_seconds else None,
                heartbeat_at=now + beat if beat else None,
                heartbeat_seconds=beat,
            )
        case ChainedInvokeStarted():
            after.append(lambda: chained.start(execution, effect))
