"""Invocations of durable functions: each starts an execution, or finds the one with its name.

Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-invoking.html
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from localstack.aws.api.lambda_ import (
    DurableExecutionAlreadyStartedException,
    InvalidParameterValueException,
    InvocationType,
)
from localstack.services.lambda_.invocation.lambda_models import Function, InvocationResult
from localstack.utils.aws.arns import get_partition

from harness.overlays.core import clock, invocation

from . import configuration, functions, names, progress, store
from .arns import ExecutionArn
from .execution import DurableExecution, Plan, create


@dataclass
class Call:
    """An Invoke request: what upstream's service isn't told, and what it can't answer.

    Attributes:
        name: `DurableExecutionName`.
        execution_arn: Of the execution that was started or found.
    """

    name: str | None = None
    execution_arn: str | None = None


call: ContextVar[Call | None] = ContextVar("durable_call", default=None)

GRACE_SECONDS: Final = 60
"""How long after an execution's timeout its caller goes on waiting."""

_naming = threading.Lock()


@dataclass(frozen=True)
class _Existing:
    version: str
    payload: str


def invoke(
    upstream: Callable[..., InvocationResult | None], service: Any, request: dict[str, Any]
) -> InvocationResult | None:
    """Start a durable function's execution; and wait for its end, where the caller does.

    Args:
        upstream: `LambdaService.invoke`.
        service: The `LambdaService`.
        request: Its arguments.

    Raises:
        InvalidParameterValueException: Unqualified, or longer than a caller may wait.
        DurableExecutionAlreadyStartedException: The name is taken by another event.
    """
    progress.service = service
    upstream(service, **request | {"invocation_type": InvocationType.DryRun})
    function = functions.function_of(
        request["account_id"], request["region"], request["function_name"]
    )
    assert function is not None
    qualifier, kind = request.get("qualifier"), request.get("invocation_type")
    if qualifier is None:
        raise InvalidParameterValueException(configuration.UNQUALIFIED, Type="User")
    if kind == InvocationType.DryRun:
        return None
    version = version_of(function, qualifier)
    config = functions.config_of(function, version) or {}
    is_asynchronous = kind == InvocationType.Event
    timeout: int = config["ExecutionTimeout"]
    if not is_asynchronous and timeout > configuration.LONGEST_SYNCHRONOUS:
        raise InvalidParameterValueException(configuration.TOO_LONG_TO_WAIT, Type="User")
    trace = (request.get("trace_context") or {}).get("aws_trace_header")
    plan = Plan(
        payload=(request.get("payload") or b"{}").decode(),
        timeout_seconds=timeout,
        retention_days=config["RetentionPeriodInDays"],
        tenant=invocation.tenant.get(),
        trace=trace.to_header_str() if trace else None,
        is_asynchronous=is_asynchronous,
    )
    execution = _started(request, version, plan)
    if is_asynchronous:
        return None
    clock.wait(execution.closed, execution.expires_at + GRACE_SECONDS)
    return result_of(execution, request["request_id"])


def version_of(function: Function, qualifier: str) -> str:
    """Return the version that an execution is pinned to: an alias is resolved as it starts."""
    alias = function.aliases.get(qualifier)
    if alias is None:
        return qualifier
    if alias.routing_configuration:
        version, weight = next(iter(alias.routing_configuration.version_weights.items()))
        if random.random() < weight:
            return str(version)
    return str(alias.function_version)


def result_of(execution: DurableExecution, request_id: str) -> InvocationResult:
    """Return what a caller that waited gets."""
    output = execution.state.result
    is_error = execution.status != "SUCCEEDED"
    if is_error:
        problem = output.error if output else None
        said = {
            "errorMessage": problem.message if problem else None,
            "errorType": problem.type if problem else None,
            "errorData": problem.data if problem else None,
            "stackTrace": problem.stack_trace if problem else None,
        }
        payload = json.dumps({name: value for name, value in said.items() if value is not None})
    else:
        payload = (output.result if output else None) or ""
    return InvocationResult(
        request_id=request_id,
        payload=payload.encode(),
        is_error=is_error,
        logs=execution.log,
        executed_version=execution.arn.version,
    )


def _started(request: dict[str, Any], version: str, plan: Plan) -> DurableExecution:
    account, region, function = (
        request["account_id"],
        request["region"],
        request["function_name"],
    )
    current = call.get() or Call()
    name = current.name or names.generated()
    with _naming:
        existing = store.named(account, region, function, name)
        known = existing and _Existing(existing.arn.version, existing.plan.payload)
        match names.decision(known or None, version=version, payload=plan.payload):
            case "conflict":
                assert existing is not None
                raise DurableExecutionAlreadyStartedException(
                    names.conflict(str(existing.arn)), Type="User"
                )
            case "attach":
                assert existing is not None
                current.execution_arn = str(existing.arn)
                return existing
        arn = ExecutionArn(
            partition=get_partition(region),
            region=region,
            account=account,
            function=function,
            version=version,
            name=name,
            id=names.generated(),
        )
        execution = create(arn, plan)
        store.add(execution)
    current.execution_arn = str(arn)
    progress.begin(execution)
    return execution
