"""moto's DynamoDB in the place of DynamoDB Local: what LocalStack's provider sends on is answered
here, in this process."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any, Final

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.services.moto import call_moto_with_request
from localstack.utils.aws.request_context import mock_aws_request_headers

from . import numbers, partiql, shapes, streams_api

# DynamoDB Local knows one region and one account; LocalStack's provider writes them into ARNs.
_LOCAL_ARN: Final = "arn:aws:dynamodb:ddblocal:000000000000:"

# LocalStack's provider keeps these members itself, once DynamoDB Local has said that it has
# nothing to do.
_PROVIDERS_OWN: Final = frozenset({"ReplicaUpdates", "SSESpecification", "TableClass", "TableName"})

_PARTIQL: Final = frozenset({"BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction"})

# moto changes its tables without a lock.
_locks: defaultdict[tuple[str, str], threading.RLock] = defaultdict(threading.RLock)


def answer(context: RequestContext, service_request: dict[str, Any] | None = None) -> Any:
    """Answer a request as `localstack.aws.forwarder.AwsRequestProxy` does.

    Args:
        context: The request; its region is the one that has the table.
        service_request: Members that the provider has changed; those of the request without it.

    Raises:
        CommonServiceException: It is refused.
    """
    given = context.service_request if service_request is None else service_request
    members = _replaced(dict(given or {}), _LOCAL_ARN, _own_arn(context))
    with _locks[context.account_id, context.region]:
        if context.service.service_name == "dynamodbstreams":
            # LocalStack writes the caller's region into these, which may be a replica's.
            return _replaced(streams_api.answer(context, members), _own_arn(context), _LOCAL_ARN)
        return _from_moto(context, members)


def _from_moto(context: RequestContext, members: dict[str, Any]) -> Any:
    operation = context.operation.name
    if operation == "UpdateTable" and _PROVIDERS_OWN.issuperset(members):
        raise _validation("Nothing to update")
    if operation in _PARTIQL:
        members = partiql.as_moto_reads(members)
    try:
        members = numbers.normalised(members)
    except numbers.NumberError as problem:
        raise _validation(str(problem)) from problem
    _as_account(context)
    try:
        said = call_moto_with_request(context, members)
    except CommonServiceException as refusal:
        raise _as_aws_says(operation, refusal) from refusal
    except Exception as failure:
        if operation not in _PARTIQL:
            raise
        raise CommonServiceException(
            "InternalFailure",
            "The emulator can't evaluate this PartiQL statement "
            f"({str(failure) or type(failure).__name__}).",
            status_code=501,
        ) from failure
    return shapes.shaped(operation, members, said)


def _as_aws_says(operation: str, refusal: CommonServiceException) -> CommonServiceException:
    if refusal.code == "ResourceNotFound":
        return CommonServiceException("ResourceNotFoundException", refusal.message, status_code=400)
    if operation == "BatchWriteItem" and "Missing the key" in refusal.message:
        return _validation("The provided key element does not match the schema")
    return refusal


def _as_account(context: RequestContext) -> None:
    # The provider has put a key of its own there, which parts DynamoDB Local's data.
    headers = mock_aws_request_headers(
        "dynamodb", aws_access_key_id=context.account_id, region_name=context.region
    )
    context.request.headers["Authorization"] = headers["Authorization"]


def _own_arn(context: RequestContext) -> str:
    return f"arn:{context.partition}:dynamodb:{context.region}:{context.account_id}:"


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(one, old, new) for name, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, old, new) for one in value]
    return (
        new + value.removeprefix(old) if isinstance(value, str) and value.startswith(old) else value
    )


def _validation(message: str) -> CommonServiceException:
    return CommonServiceException("ValidationException", message, status_code=400)
