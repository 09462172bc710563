"""Functions that an execution invokes: durable ones as executions of their own, others once.

Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-invoking.html
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import Any, Final

from aws_durable_execution_sdk_python.lambda_service import ErrorObject, OperationStatus
from aws_durable_execution_sdk_python_testing.checkpoint.effects import ChainedInvokeStarted
from aws_durable_execution_sdk_python_testing.child_dispatcher import (
    CHAINED_INVOKE_OUTPUT_TOO_LARGE_MESSAGE,
    MAX_CHAINED_INVOKE_PAYLOAD_BYTES,
    FunctionTarget,
    chained_invoke_timeout_error,
    parse_function_target,
    payload_size_bytes,
)
from localstack.aws.api import ServiceException
from localstack.aws.api.lambda_ import InvocationType
from localstack.utils.xray.trace_header import TraceHeader

from harness.overlays.core import clock, invocation

from . import configuration, envelope, functions, progress, store, transitions
from .arns import ExecutionArn
from .execution import DurableExecution, Plan, create, instant

EMPTY: Final = "{}"

SUSPENSION_SECONDS: Final = 0.25
"""How long, in machine time, a function that is invoked leaves the one that invokes it to suspend;
that one may also have other work and go on."""


@dataclass(frozen=True)
class Outcome:
    """How a function that was invoked ended, as the invoking execution is told."""

    status: OperationStatus
    result: str | None = None
    error: ErrorObject | None = None


def problem_with(parent: ExecutionArn, function_name: str) -> ErrorObject | None:
    """Return why a function can't be invoked, before anything is scheduled; None when it can."""
    target = parse_function_target(function_name)
    function = functions.function_of(parent.account, parent.region, target.name)
    qualifier = target.qualifier or functions.LATEST
    if function is None or not (qualifier in function.versions or qualifier in function.aliases):
        arn = f"arn:{parent.partition}:lambda:{parent.region}:{parent.account}:function"
        message = f"Function not found: {arn}:{target.name}:{qualifier}"
        return ErrorObject(message, "ResourceNotFoundException", None, None)
    if functions.config_of(function) and target.qualifier is None:
        unqualified = configuration.UNQUALIFIED
        return ErrorObject(unqualified, "InvalidParameterValueException", None, None)
    return None


def start(parent: DurableExecution, asked: ChainedInvokeStarted) -> None:
    """Invoke a function for an execution that goes on meanwhile."""
    target = parse_function_target(asked.function_name)
    version = version_of(parent.arn, target)
    run = clock.carried(f"invocation of {target.name}", _invoke)
    threading.Thread(target=run, args=(parent, asked, target, version), daemon=True).start()


def _invoke(
    parent: DurableExecution, asked: ChainedInvokeStarted, target: FunctionTarget, version: str
) -> None:
    # Both functions are warm and on one machine here: without this, a quick one would be through
    # before the one that invokes it has suspended, and histories would differ from run to run.
    parent.suspended.wait(SUSPENSION_SECONDS)
    function = functions.function_of(parent.arn.account, parent.arn.region, target.name)
    config = functions.config_of(function, version)
    if config is not None:
        _start_child(parent, asked, target, version, config)
    else:
        _invoke_plain(parent, asked, target)


def version_of(parent: ExecutionArn, target: FunctionTarget) -> str:
    """Return the version that a target means: an alias is resolved now."""
    qualifier = target.qualifier or functions.LATEST
    function = functions.function_of(parent.account, parent.region, target.name)
    alias = function.aliases.get(qualifier) if function else None
    return str(alias.function_version) if alias else qualifier


def _start_child(
    parent: DurableExecution,
    asked: ChainedInvokeStarted,
    target: FunctionTarget,
    version: str,
    config: dict[str, Any],
) -> None:
    family = parent.arn
    arn = ExecutionArn(
        partition=family.partition,
        region=family.region,
        account=family.account,
        function=target.name,
        version=version,
        name=str(uuid.uuid4()),
        id=str(uuid.uuid4()),
    )
    plan = Plan(
        payload=EMPTY if asked.payload is None else asked.payload,
        timeout_seconds=config["ExecutionTimeout"],
        retention_days=config["RetentionPeriodInDays"],
        tenant=asked.tenant_id,
        trace=parent.plan.trace,
    )
    child = create(arn, plan)
    child.state.parent_execution_arn = str(family)
    child.on_close = lambda: _complete(parent, asked.operation_id, _outcome_of(child))
    with parent.turn():
        known = {"ExecutedVersion": version, "DurableExecutionArn": str(arn)}
        parent.journal.amend("ChainedInvokeStarted", asked.operation_id, known)
    store.add(child)
    progress.begin(child)


def _invoke_plain(
    parent: DurableExecution, asked: ChainedInvokeStarted, target: FunctionTarget
) -> None:
    invocation.tenant.set(asked.tenant_id)
    _complete(parent, asked.operation_id, _outcome_of_invocation(parent, asked, target))


def _outcome_of_invocation(
    parent: DurableExecution, asked: ChainedInvokeStarted, target: FunctionTarget
) -> Outcome:
    trace = TraceHeader.from_header_str(parent.plan.trace).ensure_root_exists()
    try:
        result = progress.service.invoke(
            function_name=target.name,
            qualifier=target.qualifier,
            region=parent.arn.region,
            account_id=parent.arn.account,
            invocation_type=InvocationType.RequestResponse,
            client_context=None,
            request_id=str(uuid.uuid4()),
            payload=(EMPTY if asked.payload is None else asked.payload).encode(),
            trace_context={"aws_trace_header": trace},
        )
    except ServiceException as refused:
        problem = ErrorObject(refused.message, refused.code, None, None)
        return Outcome(OperationStatus.FAILED, error=problem)
    if result.is_error:
        return Outcome(OperationStatus.FAILED, error=envelope.error_in(result.payload))
    returned = (result.payload or b"").decode(errors="replace")
    if payload_size_bytes(returned) > MAX_CHAINED_INVOKE_PAYLOAD_BYTES:
        problem = ErrorObject.from_message(CHAINED_INVOKE_OUTPUT_TOO_LARGE_MESSAGE)
        return Outcome(OperationStatus.FAILED, error=problem)
    return Outcome(OperationStatus.SUCCEEDED, result=returned or None)


def _outcome_of(child: DurableExecution) -> Outcome:
    """Return how a child's end looks to its parent."""
    output = child.state.result
    match child.status:
        case "SUCCEEDED":
            return Outcome(OperationStatus.SUCCEEDED, result=output.result if output else None)
        case "TIMED_OUT":
            timed_out = chained_invoke_timeout_error(child.plan.timeout_seconds)
            return Outcome(OperationStatus.TIMED_OUT, error=timed_out)
        case "STOPPED":
            return Outcome(OperationStatus.STOPPED, error=output.error if output else None)
    return Outcome(OperationStatus.FAILED, error=output.error if output else None)


def _complete(parent: DurableExecution, operation_id: str, outcome: Outcome) -> None:
    state = parent.state
    with parent.turn() as after:
        if state.is_complete:
            return
        _, operation = state.find_operation(operation_id)
        if operation.status is not OperationStatus.STARTED:
            return
        now = instant()
        ended = state.complete_chained_invoke(
            operation_id, outcome.status, result=outcome.result, error=outcome.error, now=now
        )
        transitions.record_end(parent.journal, ended, now)
        progress.wake(parent, after)
        progress.rearm(parent)
