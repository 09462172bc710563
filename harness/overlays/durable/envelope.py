"""What a function gets and returns when the service goes on with an execution.

Source: the clients of AWS's durable execution SDKs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Literal

from aws_durable_execution_sdk_python.lambda_service import ErrorObject
from aws_durable_execution_sdk_python_testing.execution import OperationPaginatorState

from .execution import EXECUTION_PAGE_BYTES, DurableExecution

LARGEST_EVENT: Final = 6 * 1024 * 1024

_RESULT_WITH_FAILURE: Final = "Cannot provide a Result for FAILED status."
_ERROR_WITH_SUCCESS: Final = "Cannot provide an Error for SUCCEEDED status."
_UNKNOWN_STATUS: Final = "Invalid Status in invocation output."
NOTHING_PENDING: Final = "Cannot return PENDING status with no pending operations."


class InvalidOutputError(Exception):
    """The function returned what isn't an answer of a durable function; the message is AWS's."""


@dataclass(frozen=True)
class Output:
    """What a function returned."""

    status: Literal["SUCCEEDED", "FAILED", "PENDING"]
    result: str | None = None
    error: ErrorObject | None = None


def event(execution: DurableExecution) -> bytes:
    """Return the event for the execution's next invocation.

    State that doesn't fit into an event is left for GetDurableExecutionState.
    """
    budget = EXECUTION_PAGE_BYTES
    while True:
        encoded = json.dumps(_event(execution, budget), separators=(",", ":")).encode()
        # Quotes of payloads are escaped once more in the event; a first page of one operation
        # can't be made smaller.
        if len(encoded) <= LARGEST_EVENT or budget < 1024:
            return encoded
        budget //= 2


def _event(execution: DurableExecution, budget: int) -> dict[str, Any]:
    state = execution.state
    page, marker = OperationPaginatorState.pin(state).page(None, budget)
    return {
        "DurableExecutionArn": state.durable_execution_arn,
        "CheckpointToken": state.get_new_checkpoint_token(),
        "InitialExecutionState": {
            "Operations": [operation.to_json_dict() for operation in page],
            "NextMarker": marker or "",
        },
        "UpdatedOperationIds": list(state.updated_operation_ids),
    }


def output_in(payload: bytes) -> Output:
    """Read what a function returned.

    Raises:
        InvalidOutputError: It isn't one of the three answers.
    """
    try:
        returned = json.loads(payload)
        status = returned["Status"]
    except (ValueError, TypeError, KeyError):
        raise InvalidOutputError(_UNKNOWN_STATUS) from None
    result, problem = returned.get("Result"), returned.get("Error")
    match status:
        case "SUCCEEDED":
            if problem:
                raise InvalidOutputError(_ERROR_WITH_SUCCESS)
            return Output("SUCCEEDED", result=result)
        case "FAILED":
            if result is not None:
                raise InvalidOutputError(_RESULT_WITH_FAILURE)
            return Output("FAILED", error=ErrorObject.from_dict(problem or {}))
        case "PENDING":
            return Output("PENDING")
    raise InvalidOutputError(_UNKNOWN_STATUS)


def error_in(payload: bytes) -> ErrorObject:
    """Return a function's error as an execution's."""
    try:
        said = json.loads(payload)
        return ErrorObject(
            message=said.get("errorMessage"),
            type=said.get("errorType"),
            data=None,
            stack_trace=said.get("stackTrace"),
        )
    except (ValueError, AttributeError):
        return ErrorObject(payload.decode(errors="replace"), None, None, None)


def invalid_output(problem: InvalidOutputError | str) -> ErrorObject:
    return ErrorObject(str(problem), "InvalidParameterValueException", None, None)
