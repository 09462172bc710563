"""The operations of Lambda's API on durable executions.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
"""

from __future__ import annotations

from typing import Any

from aws_durable_execution_sdk_python.lambda_service import ErrorObject, Operation
from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import (
    CallbackTimeoutException,
    InvalidParameterValueException,
    ResourceNotFoundException,
)
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.lambda_models import ValidationException

from harness.overlays.core import clock

from . import (
    callbacks,
    checkpoints,
    closing,
    constraints,
    functions,
    journal,
    listing,
    markers,
    store,
)
from .execution import DurableExecution

NOT_FOUND = "Durable Execution does not exist"
Request = dict[str, Any]


def checkpoint(context: RequestContext, request: Request) -> dict[str, Any]:
    try:
        accepted = checkpoints.accept(
            _of_a_function(context, request),
            request["CheckpointToken"],
            request.get("Updates") or (),
            request.get("ClientToken"),
        )
    except checkpoints.RefusedError as refused:
        raise _invalid(str(refused)) from refused
    operations = [operation_out(each) for each in accepted.operations]
    answer: dict[str, Any] = {"NewExecutionState": {"Operations": operations}}
    if accepted.token is not None:
        answer["CheckpointToken"] = accepted.token
    return answer


def state(context: RequestContext, request: Request) -> dict[str, Any]:
    try:
        operations, marker = checkpoints.page(
            _of_a_function(context, request),
            request["CheckpointToken"],
            request.get("Marker"),
            request.get("MaxItems") or markers.DEFAULT_ITEMS,
        )
    except checkpoints.RefusedError as refused:
        raise _invalid(str(refused)) from refused
    return _with_marker({"Operations": [operation_out(each) for each in operations]}, marker)


def get(context: RequestContext, request: Request) -> dict[str, Any]:
    execution = _existing(context, request)
    output = execution.state.result
    answer = summary(execution) | {
        "InputPayload": execution.plan.payload,
        "Version": execution.arn.version,
    }
    if execution.plan.trace:
        answer["TraceHeader"] = {"XAmznTraceId": execution.plan.trace}
    if output is not None and execution.status == "SUCCEEDED":
        answer["Result"] = output.result
    elif output is not None and output.error is not None:
        answer["Error"] = dict(output.error.to_dict())
    return answer


def history(context: RequestContext, request: Request) -> dict[str, Any]:
    execution = _existing(context, request)
    events = execution.journal.events(
        with_data=_flag(request, "IncludeExecutionData", default=True)
    )
    if _flag(request, "ReverseOrder"):
        events.reverse()
    page, marker = _page(events, request, journal.size_of)
    return _with_marker({"Events": page}, marker)


def list_by_function(context: RequestContext, request: Request) -> dict[str, Any]:
    account, region = api_utils.get_account_and_region(request["FunctionName"], context)
    name, qualifier = api_utils.get_name_and_qualifier(
        request["FunctionName"], request.get("Qualifier"), context
    )
    function = functions.function_of(account, region, name)
    qualifier = qualifier or functions.LATEST
    if function is None or not (qualifier in function.versions or qualifier in function.aliases):
        arn = api_utils.qualified_lambda_arn(name, qualifier, account, region)
        raise ResourceNotFoundException(f"Function not found: {arn}", Type="User")
    alias = function.aliases.get(qualifier)
    wanted = listing.Filter(
        function=name,
        version=str(alias.function_version) if alias else qualifier,
        name=request.get("DurableExecutionName"),
        statuses=request.get("Statuses") or (),
        after=request.get("StartedAfter"),
        before=request.get("StartedBefore"),
    )
    found = store.of_function(account, region, wanted.takes)
    ordered = listing.in_order(found, newest_first=_flag(request, "ReverseOrder"))
    page, marker = _page(ordered, request)
    return _with_marker({"DurableExecutions": [summary(each) for each in page]}, marker)


def stop(context: RequestContext, request: Request) -> dict[str, Any]:
    execution = _existing(context, request)
    with execution.turn() as after:
        if not execution.state.is_complete:
            error = ErrorObject.from_dict(request.get("Error") or {})
            closing.close(execution, after, "STOPPED", error=error)
    return {"StopTimestamp": execution.ended_at}


def callback_success(context: RequestContext, request: Request) -> dict[str, Any]:
    given: Any = request.get("Result") or b""
    result = given.read() if hasattr(given, "read") else given
    if problem := constraints.result_problem(len(result)):
        raise ValidationException(problem)
    return _complete(
        lambda: callbacks.succeed(context.account_id, context.region, request["CallbackId"], result)
    )


def callback_failure(context: RequestContext, request: Request) -> dict[str, Any]:
    error = ErrorObject.from_dict(request.get("Error") or {})
    return _complete(
        lambda: callbacks.fail(context.account_id, context.region, request["CallbackId"], error)
    )


def callback_heartbeat(context: RequestContext, request: Request) -> dict[str, Any]:
    return _complete(
        lambda: callbacks.beat(context.account_id, context.region, request["CallbackId"])
    )


def summary(execution: DurableExecution) -> dict[str, Any]:
    """Return what a listing tells of an execution."""
    told = {
        "DurableExecutionArn": str(execution.arn),
        "DurableExecutionName": execution.arn.name,
        "FunctionArn": execution.arn.version_arn,
        "Status": execution.status,
        "StartTimestamp": execution.started_at,
    }
    if execution.ended_at is not None:
        told["EndTimestamp"] = execution.ended_at
    return told


def operation_out(operation: Operation) -> dict[str, Any]:
    return dict(operation.to_dict())


def _complete(complete: Any) -> dict[str, Any]:
    try:
        complete()
    except callbacks.InvalidIdError as invalid:
        raise _invalid(str(invalid)) from invalid
    except callbacks.NotWaitingError as late:
        raise CallbackTimeoutException(str(late), Type="User") from late
    return {}


def _existing(context: RequestContext, request: Request) -> DurableExecution:
    arn = request["DurableExecutionArn"]
    execution = store.find(context.account_id, context.region, arn)
    if execution is None:
        raise ResourceNotFoundException(NOT_FOUND, Type="User")
    return execution


def _of_a_function(context: RequestContext, request: Request) -> DurableExecution:
    """Return the execution that a function asks about; no code is declared for one that isn't."""
    arn = request["DurableExecutionArn"]
    execution = store.find(context.account_id, context.region, arn)
    if execution is None:
        raise _invalid(checkpoints.INVALID_TOKEN)
    return execution


def _page(items: list[Any], request: Request, size: Any = lambda item: 0) -> Any:
    now = clock.now()
    try:
        start = markers.position_in(request.get("Marker"), now)
    except markers.InvalidMarkerError as invalid:
        raise _invalid(str(invalid)) from invalid
    return markers.page(items, start=start, most=request.get("MaxItems"), now=now, size=size)


def _flag(request: Request, name: str, *, default: bool = False) -> bool:
    """Return a boolean of the query, which LocalStack's parser leaves as text."""
    given = request.get(name)
    return default if given is None else str(given).lower() == "true"


def _with_marker(answer: dict[str, Any], marker: str | None) -> dict[str, Any]:
    return answer | {"NextMarker": marker} if marker else answer


def _invalid(message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(message, Type="User")
