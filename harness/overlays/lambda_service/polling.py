"""How event source mappings poll: a message that arrives is delivered at once.

LocalStack asks a queue once a second, and less and less often while it is empty.
Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from math import ceil
from typing import Any, Final

from localstack import config
from localstack.aws.api.lambda_ import InvalidParameterValueException
from localstack.aws.api.sqs import MessageSystemAttributeName
from localstack.aws.connect import connect_to
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmState, EsmWorker
from localstack.services.lambda_.event_source_mapping.pollers.poller import (
    EmptyPollResultsException,
)
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import (
    SqsPoller,
    split_by_message_group_id,
)
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion
from localstack.utils.aws.arns import parse_arn, sqs_queue_url_for_arn
from localstack.utils.backoff import ExponentialBackoff

from harness.overlays.core import clock

LOG = logging.getLogger(__name__)

WAIT_SECONDS: Final = 2
"""How long a mapping without a batching window waits in a queue; ending one takes as long."""
LARGEST_REQUEST: Final = 10
LARGEST_PAYLOAD: Final = 6 * 1024 * 1024 - 1024
RECORD_OVERHEAD: Final = 512


def run(worker: EsmWorker) -> None:
    """Poll a mapping's source until the mapping is disabled, deleted, or the emulator ends."""
    _enter(worker, EsmState.ENABLED)
    errors = ExponentialBackoff(
        initial_interval=2, max_interval=config.LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_ERROR_SEC
    )
    empty = ExponentialBackoff(
        initial_interval=1,
        max_interval=config.LAMBDA_EVENT_SOURCE_MAPPING_MAX_BACKOFF_ON_EMPTY_POLL_SEC,
    )
    waits_itself = isinstance(worker.poller, SqsPoller)
    pause = 0.0 if waits_itself else config.LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC
    while not worker._shutdown_event.is_set():
        try:
            worker.poller.poll_events()
        except EmptyPollResultsException:
            if not waits_itself:
                clock.poll(every_seconds=empty.next_backoff(), woken_by=worker._shutdown_event)
        except Exception as error:
            LOG.warning("%s can't be polled: %s", worker.esm_config.get("EventSourceArn"), error)
            clock.poll(every_seconds=errors.next_backoff(), woken_by=worker._shutdown_event)
        else:
            errors.reset()
            empty.reset()
            if pause:
                clock.poll(every_seconds=pause, woken_by=worker._shutdown_event)
    worker.poller.close()
    if worker.current_state == EsmState.DELETING:
        worker.delete_esm_in_store()
    elif worker.current_state == EsmState.DISABLING:
        _enter(worker, EsmState.DISABLED)


def _enter(worker: EsmWorker, state: EsmState) -> None:
    with worker._state_lock:
        worker.current_state = state
        worker.state_transition_reason = worker.user_state_reason
        worker.update_esm_state_in_store(state)


def poll(poller: SqsPoller) -> None:
    """Receive one batch from a queue and have it handled.

    Raises:
        EmptyPollResultsException: Nothing came.
    """
    for batch in _batches(poller, receive(poller)):
        try:
            poller.handle_messages(batch)
        except Exception as error:
            # What isn't deleted comes back after the visibility timeout.
            LOG.info("A batch of %s failed: %s", poller.source_arn, error)


def receive(poller: SqsPoller) -> list[Any]:
    """Wait for a message, and with a batching window for more of them.

    The window begins with the first message, and ends when the batch is full.

    Raises:
        EmptyPollResultsException: Nothing came.
    """
    messages = _receive(poller, poller.batch_size, WAIT_SECONDS)
    if not messages:
        raise EmptyPollResultsException(service="sqs", source_arn=poller.source_arn)
    closes = clock.now() + poller.maximum_batching_window
    # A window's end is an event of its own, other than the end of an idle wait.
    with clock.waiting_for_time():
        while (room := poller.batch_size - len(messages)) > 0:
            left = closes - clock.now()
            if left <= 0:
                break
            messages += _receive(poller, room, min(ceil(left), WAIT_SECONDS))
    return messages


def _receive(poller: SqsPoller, count: int, wait_seconds: int) -> list[Any]:
    response = poller.source_client.receive_message(
        QueueUrl=poller.queue_url,
        MaxNumberOfMessages=min(count, LARGEST_REQUEST),
        WaitTimeSeconds=wait_seconds,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=[MessageSystemAttributeName.All],
        # Upstream's own parameter, for more than the API allows.
        sqs_override_max_message_count=count,
    )
    messages: list[Any] = response.get("Messages", [])
    return messages


def _batches(poller: SqsPoller, messages: list[Any]) -> Iterator[list[Any]]:
    groups = [messages]
    if poller.is_fifo_queue:
        groups = list(split_by_message_group_id(messages).values())
    for group in groups:
        yield from batches_that_fit(group, LARGEST_PAYLOAD)


def batches_that_fit(messages: Iterable[Any], largest_payload: int) -> Iterator[list[Any]]:
    """Yield messages in order, in batches whose JSON isn't larger than a payload may be."""
    batch: list[Any] = []
    size = 0
    for message in messages:
        # A record's JSON has the message's body once more escaped, and some fields of its own.
        length = len(json.dumps(message, default=str)) + RECORD_OVERHEAD
        if batch and size + length > largest_payload:
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += length
    if batch:
        yield batch


def require_longer_visibility(queue_arn: str, version: FunctionVersion) -> None:
    """Refuse a queue whose messages come back while the function still works on them."""
    queue = parse_arn(queue_arn)
    client = connect_to(aws_access_key_id=queue["account"], region_name=queue["region"]).sqs
    found = client.get_queue_attributes(
        QueueUrl=sqs_queue_url_for_arn(queue_arn), AttributeNames=["VisibilityTimeout"]
    )
    visibility, timeout = int(found["Attributes"]["VisibilityTimeout"]), version.config.timeout
    if visibility < timeout:
        raise InvalidParameterValueException(
            f"Queue visibility timeout: {visibility} seconds is less than Function timeout: "
            f"{timeout} seconds",
            Type="User",
        )
