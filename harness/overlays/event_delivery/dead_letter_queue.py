"""Sends what can't be delivered to a dead-letter queue.

The queue has to let `events.amazonaws.com` send, for the rule; a target's role doesn't count.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

from botocore.exceptions import ClientError
from localstack.services.events.utils import to_json_str
from localstack.utils.aws.arns import sqs_queue_url_for_arn

from . import clients, dead_letter
from .failures import DeliveryError, from_answer
from .permissions import check_dead_letter_queue
from .received import Invocation, Received


def send_for_target(invocation: Invocation, failure: DeliveryError, condition: str) -> None:
    """Send an event to its target's queue: the event as it came, not what the target would get.

    Args:
        invocation: What has failed for good; its target has a queue.
        failure: Why.
        condition: Of the retry policy, if that ended it.

    Raises:
        DeliveryError: The queue doesn't take it.
    """
    _send(
        invocation.received,
        invocation.dead_letter_queue,
        source_arn=invocation.rule_arn,
        attributes=dead_letter.attributes(
            failure,
            rule_arn=invocation.rule_arn,
            target_arn=invocation.arn.text,
            retries=max(invocation.attempts - 1, 0),
            condition=condition,
        ),
    )


def send_for_bus(received: Received, failure: DeliveryError) -> None:
    """Send an event that couldn't be encrypted to the bus's queue.

    Raises:
        DeliveryError: The queue doesn't take it.
    """
    _send(
        received,
        received.dead_letter_queue,
        source_arn=received.bus.text,
        attributes=dead_letter.attributes(failure),
    )


def _send(
    received: Received, queue_arn: str, *, source_arn: str, attributes: dict[str, dict[str, str]]
) -> None:
    check_dead_letter_queue(queue_arn, source_arn=source_arn)
    sqs = clients.of_service(
        "sqs", account=received.account, region=received.region, source_arn=source_arn
    )
    try:
        sqs.send_message(
            QueueUrl=sqs_queue_url_for_arn(queue_arn),
            MessageBody=to_json_str(dict(received.event)),
            MessageAttributes=attributes,
        )
    except ClientError as refused:
        raise from_answer(refused.response) from refused
