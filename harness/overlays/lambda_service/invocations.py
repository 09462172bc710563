"""One synchronous invocation: refused, or run in an environment, and counted."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from localstack.aws.api.lambda_ import (
    InvalidRequestContentException,
    InvocationType,
    RequestTooLargeException,
    TooManyRequestsException,
)
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import Invocation, InvocationResult
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.lambda_.invocation.runtime_executor import get_runtime_executor
from localstack.utils.threads import start_thread

from harness.overlays.core.invocation import is_replay

from . import concurrency, counting, draining, request_payload

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager

in_flight = draining.InFlight()


def refuse_payload(request: dict[str, Any]) -> None:
    """Refuse a payload that is too large, or isn't JSON.

    Args:
        request: Arguments of `LambdaService.invoke`.

    Raises:
        RequestTooLargeException: It is larger than its kind of invocation takes.
        InvalidRequestContentException: It can't be parsed.
    """
    if is_replay.get():
        return  # the service's own event, which carries the payload beside the execution's state
    functions = lambda_stores[request["account_id"]][request["region"]].functions
    if request["function_name"] not in functions:
        return  # upstream says so
    payload = request.get("payload") or b""
    asynchronous = request.get("invocation_type") == InvocationType.Event
    if problem := request_payload.size_problem(payload, asynchronous=asynchronous):
        raise RequestTooLargeException(problem, Type="User")
    if problem := request_payload.json_problem(payload):
        raise InvalidRequestContentException(problem, Type="User")


def run(manager: LambdaVersionManager, invocation: Invocation) -> InvocationResult:
    """Run an invocation in an environment of a version.

    Raises:
        VersionRetiredError: The version was replaced meanwhile.
        TooManyRequestsException: There is no concurrency left for it.
    """
    code = getattr(manager.function_version.config.code, "id", None)
    with in_flight.invocation(manager.id, code=code, retired=manager.shutdown_event):
        try:
            return _with_concurrency(manager, invocation)
        except TooManyRequestsException:
            counting.invocation_throttled(manager.function_version, invocation.invoked_arn)
            raise


def _with_concurrency(manager: LambdaVersionManager, invocation: Invocation) -> InvocationResult:
    with concurrency.lease(manager) as kind:
        result, duration = _in_environment(manager, invocation, kind)
        counting.invocation_completed(
            manager.function_version,
            invocation.invoked_arn,
            manager.counting_service,
            duration=duration,
            failed=result.is_error,
        )
        return result


def _in_environment(
    manager: LambdaVersionManager, invocation: Invocation, kind: Any
) -> tuple[InvocationResult, timedelta]:
    started = time.perf_counter()
    version = manager.function_version
    try:
        with manager.assignment_service.get_environment(manager.id, version, kind) as environment:
            started = time.perf_counter()
            result: InvocationResult = environment.invoke(invocation)
            duration = _reported(result) or time.perf_counter() - started
            result.executed_version = version.id.qualifier
            manager.store_logs(invocation_result=result, execution_env=environment)
    except StatusErrorException as failed_init:
        duration = time.perf_counter() - started
        result = InvocationResult(
            request_id="",
            payload=failed_init.payload,
            is_error=True,
            logs="",
            executed_version=version.id.qualifier,
        )
    return result, timedelta(seconds=duration)


def _reported(result: InvocationResult) -> float | None:
    """Return the seconds that the log's REPORT line tells, where a process ran the function."""
    outcome = getattr(result, "outcome", None)
    return outcome.duration_ms / 1000 if outcome else None


def retire(manager: LambdaVersionManager) -> None:
    """End what a version has, in a thread: its last invocation's caller shouldn't wait for it."""

    def end(*_: Any) -> None:
        manager.log_handler.stop()
        manager.assignment_service.stop_environments_for_version(manager.id)
        get_runtime_executor().cleanup_version(manager.function_version)

    start_thread(end, name=f"retire-{manager.function_arn}")
