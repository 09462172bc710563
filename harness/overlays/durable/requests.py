"""Requests about durable executions, looked at before LocalStack's provider gets them."""

from __future__ import annotations

from typing import Any, Final

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.services.lambda_ import api_utils
from localstack.services.lambda_.invocation.lambda_models import ValidationException

from . import configuration, constraints, functions

WHOLE: Final = (
    "CheckpointDurableExecution",
    "GetDurableExecution",
    "GetDurableExecutionHistory",
    "GetDurableExecutionState",
    "ListDurableExecutionsByFunction",
    "SendDurableExecutionCallbackFailure",
    "SendDurableExecutionCallbackHeartbeat",
    "SendDurableExecutionCallbackSuccess",
    "StopDurableExecution",
)
"""Operations all of whose members are judged."""

MEMBERS: Final = {
    "Invoke": "DurableExecutionName",
    "CreateFunction": "DurableConfig",
    "UpdateFunctionConfiguration": "DurableConfig",
}
"""Others, and the one member of theirs that is ours."""


def judge_request(chain: Any, context: RequestContext, response: Any) -> None:
    """Refuse what the service's model doesn't allow, and a configuration that can't be."""
    if context.service is None or context.operation is None:
        return
    if context.service.service_name != "lambda":
        return
    operation = context.operation
    # A list that the query doesn't have comes as an empty one.
    request = {
        name: value for name, value in (context.service_request or {}).items() if value != []
    }
    if operation.name in WHOLE:
        request.pop("Result", None)  # judged where it is read
        if message := constraints.message_for(operation.input_shape, request):
            raise ValidationException(message)
    elif (member := MEMBERS.get(operation.name)) and request.get(member) is not None:
        shape = operation.input_shape.members[member]
        if message := constraints.message_for(shape, request[member], path=member):
            raise ValidationException(message)
        if member == "DurableConfig":
            _judge_configuration(context, operation.name, request)


def _judge_configuration(context: RequestContext, operation: str, request: dict[str, Any]) -> None:
    try:
        if operation == "CreateFunction":
            configuration.of_creation(request["DurableConfig"])
            return
        name = request["FunctionName"]
        account, region = api_utils.get_account_and_region(name, context)
        name, _ = api_utils.get_name_and_qualifier(name, None, context)
        function = functions.function_of(account, region, name)
        if function is not None:  # else LocalStack says so
            present = functions.config_of(function)
            configuration.of_update(present, request["DurableConfig"])
    except ValueError as problem:
        raise InvalidParameterValueException(str(problem), Type="User") from problem
