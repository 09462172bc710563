"""One asynchronous event: its attempt, and what follows from it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from localstack import config
from localstack.aws.api.lambda_ import InvocationType
from localstack.services.lambda_.api_utils import qualifier_is_alias
from localstack.services.lambda_.invocation.event_manager import SQSInvocation, get_sqs_client
from localstack.services.lambda_.invocation.lambda_models import EventInvokeConfig, Invocation
from localstack.utils.strings import to_str

from . import counting, delivery, records
from .asynchronous import SUCCESS, Attempt, Done, History, Policy, Retry, next_step

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.event_manager import Poller

LOG = logging.getLogger(__name__)


FUNCTION_GONE: Final = 404
WAIT_SECONDS: Final = 2
GRACE_SECONDS: Final = 60
"""How long after the function's timeout an event is taken for lost, and attempted again."""


def poll(poller: Poller) -> None:
    """Hand events of a function's queue to workers, until the poller is stopped.

    What arrives while it is being stopped goes back, for the poller that comes after an update.
    """
    version = poller.version_manager.function_version
    queue = get_sqs_client(version)
    while not poller._shutdown_event.is_set():
        try:
            received = queue.receive_message(
                QueueUrl=poller.event_queue_url,
                WaitTimeSeconds=WAIT_SECONDS,
                MaxNumberOfMessages=10,
                VisibilityTimeout=version.config.timeout + GRACE_SECONDS,
            )
        except ValueError:
            return  # the function was deleted, and its queue with it
        for message in received["Messages"] or ():
            try:
                poller.invoker_pool.submit(_attempt, poller, message)
            except RuntimeError:  # the pool takes no more work
                hand_back(poller, message)


def _attempt(poller: Poller, message: dict[str, Any]) -> None:
    try:
        poller.handle_message(message)
    except Exception:
        # Nobody waits for this thread; the event is attempted again when it is taken for lost.
        LOG.exception("An event of %s got no attempt", poller.version_manager.function_arn)


def hand_back(poller: Poller, message: dict[str, Any]) -> None:
    queue = get_sqs_client(poller.version_manager.function_version)
    queue.send_message(QueueUrl=poller.event_queue_url, MessageBody=message["Body"])
    queue.delete_message(QueueUrl=poller.event_queue_url, ReceiptHandle=message["ReceiptHandle"])


def handle(poller: Poller, message: dict[str, Any]) -> None:
    """Make one attempt at an event from a function's queue, and act on how it ended."""
    event = SQSInvocation.decode(message["Body"])
    age = datetime.now() - event.invocation.invoke_time
    counting.event_attempted(poller.version_manager.function_version, age)
    attempt = invoke(poller, event.invocation)
    if attempt.error_code == FUNCTION_GONE:
        return
    settings = settings_of(poller, event.invocation)
    step = next_step(
        attempt,
        History(event.retries, event.exception_retries, age),
        policy_of(settings),
        blocked=poller.version_manager.function.reserved_concurrent_executions == 0,
    )
    queue = get_sqs_client(poller.version_manager.function_version)
    if isinstance(step, Retry):
        event.retries, event.exception_retries = step.errors, step.refusals
        queue.send_message(
            QueueUrl=poller.event_queue_url,
            MessageBody=event.encode(),
            DelaySeconds=int(step.delay / timedelta(seconds=1)),
        )
    queue.delete_message(QueueUrl=poller.event_queue_url, ReceiptHandle=message["ReceiptHandle"])
    if isinstance(step, Done):
        finish(poller, event.invocation, settings, attempt, step)


def invoke(poller: Poller, invocation: Invocation) -> Attempt:
    """Invoke the function synchronously; the request id is the event's in each attempt."""
    headers = {
        "X-Amzn-Trace-Id": invocation.trace_context["aws_trace_header"].to_header_str(),
        "X-Amz-Request-Id": invocation.request_id,
    }
    try:
        answer = poller.lambda_client.custom_headers(headers).invoke(
            FunctionName=invocation.invoked_arn,
            Payload=invocation.payload,
            InvocationType=InvocationType.RequestResponse,
        )
        returned = answer["Payload"].read()
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return Attempt(error_code=status, error_message=error.response["Error"]["Message"])
    except Exception as error:
        LOG.warning("%s could not be invoked: %s", invocation.invoked_arn, error)
        return Attempt(error_code=500, error_message=str(error))
    return Attempt(_json_or_text(returned), failed="FunctionError" in answer)


def _json_or_text(returned: bytes) -> Any:
    try:
        return json.loads(returned) if returned else None
    except ValueError:
        return to_str(returned)


def settings_of(poller: Poller, invocation: Invocation) -> EventInvokeConfig | None:
    """Return the settings of the alias that was invoked, or else of the version."""
    manager = poller.version_manager
    qualifier = qualifier_in(invocation.invoked_arn)
    if qualifier is None or not qualifier_is_alias(qualifier):
        qualifier = manager.function_version.id.qualifier
    settings: EventInvokeConfig | None = manager.function.event_invoke_configs.get(qualifier)
    return settings


def qualifier_in(function_arn: str) -> str | None:
    """Return the version or alias that an ARN ends with; None when it names neither."""
    parts = function_arn.split(":")
    return parts[7] if len(parts) > 7 else None


def policy_of(settings: EventInvokeConfig | None) -> Policy:
    default = Policy(base_delay=timedelta(seconds=config.LAMBDA_RETRY_BASE_DELAY_SECONDS))
    if settings is None:
        return default
    retries, seconds = settings.maximum_retry_attempts, settings.maximum_event_age_in_seconds
    return Policy(
        retries=default.retries if retries is None else retries,
        age=default.age if seconds is None else timedelta(seconds=seconds),
        base_delay=default.base_delay,
    )


def finish(
    poller: Poller,
    invocation: Invocation,
    settings: EventInvokeConfig | None,
    attempt: Attempt,
    done: Done,
) -> None:
    """Hand an event that had its last attempt to destination and dead-letter queue."""
    version = poller.version_manager.function_version
    sender = delivery.Sender(
        role=version.config.role,
        function=version.id.function_name,
        function_arn=version.id.unqualified_arn(),
        region=version.id.region,
    )
    succeeded = done.condition == SUCCESS
    outcome = "OnSuccess" if succeeded else "OnFailure"
    configured = (settings and settings.destination_config) or {}
    if target := configured.get(outcome, {}).get("Destination"):
        at = datetime.now(UTC)
        record = records.destination_record(
            at=at,
            request_id=invocation.request_id,
            function_arn=_with_qualifier(invocation.invoked_arn),
            version=version.id.qualifier,
            payload=invocation.payload,
            attempt=attempt,
            done=done,
        )
        try:
            delivery.send_record(sender, target, record, at=at, done=done)
        except Exception as error:
            LOG.warning("The record of an invocation didn't reach %s: %s", target, error)
            counting.delivery_failed(version, "DestinationDeliveryFailures")
    if succeeded:
        return
    counting.event_dropped(version)
    if target := version.config.dead_letter_arn:
        attributes = records.dead_letter_attributes(invocation.request_id, attempt)
        try:
            delivery.send_dead_letter(sender, target, to_str(invocation.payload), attributes)
        except Exception as error:
            LOG.warning("An event didn't reach the dead-letter queue %s: %s", target, error)
            counting.delivery_failed(version, "DeadLetterErrors")


def _with_qualifier(function_arn: str) -> str:
    return function_arn if qualifier_in(function_arn) else f"{function_arn}:$LATEST"
