"""Where asynchronous events and event source mappings are handled otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.lambda_ import DestinationConfig
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller
from localstack.services.lambda_.invocation.event_manager import LambdaEventManager, Poller
from localstack.services.lambda_.invocation.lambda_models import Invocation
from localstack.services.lambda_.invocation.models import LambdaStore
from localstack.services.lambda_.provider import LambdaProvider

from harness.overlays.core import clock, extends, replaces
from harness.overlays.core.virtual_threading import Executor

from . import counting, event_queue, polling

ASYNCHRONOUS_WORKERS = 100
"""Asynchronous invocations of one function that run at once; upstream has a thread per core."""


@extends(LambdaEventManager.enqueue_event, written_for="ddb349ce07c1")
def enqueue_event(
    upstream: Callable[..., None], self: LambdaEventManager, invocation: Invocation
) -> None:
    upstream(self, invocation)
    counting.event_received(self.version_manager.function_version)


@extends(Poller.__init__, written_for="9ef66dc183ed")
def poller(upstream: Callable[..., None], self: Poller, *args: Any, **kwargs: Any) -> None:
    upstream(self, *args, **kwargs)
    self.invoker_pool = Executor(
        max_workers=ASYNCHRONOUS_WORKERS,
        thread_name_prefix=self.invoker_pool._thread_name_prefix,
    )


@replaces(Poller.run, written_for="c20356638e73")
def run_poller(self: Poller, *_: Any, **__: Any) -> None:
    # Upstream drops the events that it receives while it is being stopped for an update.
    with clock.polling(f"events of {self.version_manager.function_arn}"):
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
    with clock.polling(f"event source mapping {self.esm_config['UUID']}"):
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
