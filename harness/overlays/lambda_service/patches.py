"""Where the Lambda service's handling of invocations is changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.lambda_ import (
    DestinationConfig,
    InvalidParameterValueException,
    InvalidRequestContentException,
    InvocationType,
    InvokeAsyncResponse,
    LambdaApi,
    RequestTooLargeException,
    State,
    StateReasonCode,
    TooManyRequestsException,
)
from localstack.http import Request, Response
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller
from localstack.services.lambda_.invocation import lambda_service
from localstack.services.lambda_.invocation.event_manager import LambdaEventManager, Poller
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import (
    Function,
    Invocation,
    InvocationResult,
    S3Code,
    VersionState,
)
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogHandler
from localstack.services.lambda_.invocation.models import LambdaStore, lambda_stores
from localstack.services.lambda_.invocation.runtime_executor import get_runtime_executor
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.lambda_.urlrouter import FunctionUrlRouter
from localstack.utils.threads import start_thread

from harness.overlays.core import extends, replaces

from . import (
    archives,
    concurrency,
    counting,
    draining,
    event_queue,
    polling,
    request_payload,
    response_streams,
    url_endpoint,
)

in_flight = draining.InFlight()

CHOICES = 3
"""How often a version is chosen anew when the chosen one is replaced meanwhile."""

ASYNCHRONOUS_WORKERS = 100
"""Asynchronous invocations of one function that run at once; upstream has a thread per core."""


@extends(LambdaService.invoke, written_for="e74d9e79ae97")
def invoke_service(
    upstream: Callable[..., InvocationResult | None], self: LambdaService, **request: Any
) -> InvocationResult | None:
    _refuse_payload(request)
    for _ in range(CHOICES - 1):
        try:
            return upstream(self, **request)
        except draining.VersionRetiredError:
            continue
    return upstream(self, **request)


def _refuse_payload(request: dict[str, Any]) -> None:
    functions = lambda_stores[request["account_id"]][request["region"]].functions
    if request["function_name"] not in functions:
        return  # upstream says so
    payload = request.get("payload") or b""
    asynchronous = request.get("invocation_type") == InvocationType.Event
    if problem := request_payload.size_problem(payload, asynchronous=asynchronous):
        raise RequestTooLargeException(problem, Type="User")
    if problem := request_payload.json_problem(payload):
        raise InvalidRequestContentException(problem, Type="User")


@replaces(LambdaVersionManager.invoke, written_for="137699a70e55")
def invoke_version(self: LambdaVersionManager, *, invocation: Invocation) -> InvocationResult:
    # Upstream starts a thread for each invocation's metrics and has only two of them; and it lets
    # environments of a replaced version be killed while they work.
    code = self.function_version.config.code
    with in_flight.invocation(self.id, code=getattr(code, "id", None), retired=self.shutdown_event):
        try:
            return _with_concurrency(self, invocation)
        except TooManyRequestsException:
            counting.invocation_throttled(self.function_version, invocation.invoked_arn)
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


@replaces(LambdaVersionManager.stop, written_for="5bc8c2fdbe09")
def stop(self: LambdaVersionManager) -> None:
    self.state = VersionState(
        state=State.Inactive, code=StateReasonCode.Idle, reason="Shutting down"
    )
    self.shutdown_event.set()
    in_flight.when_idle(self.id, lambda: _retire(self))


def _retire(manager: LambdaVersionManager) -> None:
    # In a thread of its own: the last invocation's caller shouldn't wait for processes to end.
    def retire(*_: Any) -> None:
        manager.log_handler.stop()
        manager.assignment_service.stop_environments_for_version(manager.id)
        get_runtime_executor().cleanup_version(manager.function_version)

    start_thread(retire, name=f"retire-{manager.function_arn}")


@extends(lambda_service.destroy_code_if_not_used, written_for="1576b78d3c6c")
def destroy_code_if_not_used(
    upstream: Callable[..., None], code: S3Code, function: Function
) -> None:
    in_flight.when_code_is_idle(getattr(code, "id", None), lambda: upstream(code, function))


@replaces(LogHandler.stop, written_for="04e73c6ecb37")
def stop_logs(self: LogHandler) -> None:
    # Upstream ends the thread before it has stored what is queued.
    if thread := self._thread:
        self._thread = None
        self.log_queue.put(QUEUE_SHUTDOWN)
        thread.join(timeout=5)
    self._shutdown_event.set()


@extends(LambdaEventManager.enqueue_event, written_for="ddb349ce07c1")
def enqueue_event(
    upstream: Callable[..., None], self: LambdaEventManager, invocation: Invocation
) -> None:
    upstream(self, invocation)
    counting.event_received(self.version_manager.function_version)


@extends(Poller.__init__, written_for="9ef66dc183ed")
def poller(upstream: Callable[..., None], self: Poller, *args: Any, **kwargs: Any) -> None:
    upstream(self, *args, **kwargs)
    self.invoker_pool = ThreadPoolExecutor(
        max_workers=ASYNCHRONOUS_WORKERS,
        thread_name_prefix=self.invoker_pool._thread_name_prefix,
    )


@replaces(Poller.run, written_for="c20356638e73")
def run_poller(self: Poller, *_: Any, **__: Any) -> None:
    # Upstream drops the events that it receives while it is being stopped for an update.
    event_queue.poll(self)


@replaces(Poller.stop, written_for="4ca9f9d3d3a8")
def stop_poller(self: Poller) -> None:
    # Upstream also drops what waits for a worker.
    self._shutdown_event.set()
    self.invoker_pool.shutdown(wait=False)


@replaces(Poller.handle_message, written_for="e704b1140740")
def handle_message(self: Poller, message: dict[str, Any]) -> None:
    # Upstream looks up a version's settings when an alias was invoked, loses the dead letters of
    # throttled events, and gives dead letters a request id that isn't the invocation's.
    event_queue.handle(self, message)


@replaces(EsmWorker.poller_loop, written_for="0c30912d7428")
def poller_loop(self: EsmWorker, *_: Any, **__: Any) -> None:
    # Upstream pauses for a second after each batch, and for up to ten after an empty poll.
    polling.run(self)


@replaces(SqsPoller.poll_events, written_for="f82978977f64")
def poll_events(self: SqsPoller) -> None:
    # Upstream returns from a short batching window with the first message, and counts messages
    # where AWS counts bytes.
    polling.poll(self)


@extends(LambdaProvider.validate_event_source_mapping, written_for="952e4fa3cc58")
def validate_event_source_mapping(
    upstream: Callable[..., tuple[Any, ...]],
    self: LambdaProvider,
    context: RequestContext,
    request: dict[str, Any],
) -> tuple[Any, ...]:
    validated = upstream(self, context, request)
    source = request.get("EventSourceArn") or ""
    if source.split(":")[2:3] == ["sqs"]:
        polling.require_longer_visibility(source, validated[3])
    return validated


@extends(
    lambda_service.store_lambda_archive,
    written_for="d4af5f2d0293",
    also_in=("localstack.services.lambda_.provider",),
)
def store_lambda_archive(
    upstream: Callable[..., S3Code], archive_file: bytes, *args: Any, **kwargs: Any
) -> S3Code:
    if not archives.is_safe(archive_file):
        raise InvalidParameterValueException(archives.UNREADABLE, Type="User")
    return upstream(archive_file, *args, **kwargs)


@replaces(FunctionUrlRouter.handle_lambda_url_invocation, written_for="8eb97708dcf6")
def handle_lambda_url_invocation(
    self: FunctionUrlRouter, request: Request, api_id: str, region: str, **_: str
) -> Response:
    # Upstream knows neither authorisation nor cookies, joins no repeated headers, sends refusals
    # of the service as internal errors, and decodes streamed bytes as text.
    return url_endpoint.answer(self.lambda_service, request, api_id, region)


@replaces(LambdaApi.invoke_with_response_stream, written_for="0f43185657b0")
@handler("InvokeWithResponseStream")  # type: ignore[untyped-decorator]
def invoke_with_response_stream(
    self: LambdaApi, context: RequestContext, **request: Any
) -> Response:
    return response_streams.answer(self, context, request)


@replaces(LambdaProvider.invoke_async, written_for="8dd5a0acee63")
def invoke_async(
    self: LambdaProvider, context: RequestContext, function_name: str, invoke_args: Any, **_: Any
) -> InvokeAsyncResponse:
    # Deprecated, and missing upstream; a request without arguments is an empty event here too.
    self.invoke(context, function_name, invocation_type=InvocationType.Event, payload=invoke_args)
    return InvokeAsyncResponse(Status=202)


@extends(LambdaProvider._validate_destination_config, written_for="51e681538f1b")
def validate_destination_config(
    upstream: Callable[..., None],
    self: LambdaProvider,
    store: LambdaStore,
    function_name: str,
    destination_config: DestinationConfig,
) -> None:
    # Upstream knows no bucket as a destination of failures.
    on_failure = destination_config.get("OnFailure", {}).get("Destination") or ""
    if on_failure.split(":")[2:3] == ["s3"]:
        destination_config = {**destination_config, "OnFailure": {}}
    upstream(self, store, function_name, destination_config)
