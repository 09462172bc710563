"""The event of an asynchronous execution that failed, sent to the function's dead-letter queue.

Durable functions have no destinations, and a failed execution isn't retried.
Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-sdk-retries.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn, sqs_queue_url_for_arn

from . import functions, outbox

if TYPE_CHECKING:
    from .execution import DurableExecution


def send(execution: DurableExecution) -> None:
    """Send the event if the version that ran has a dead-letter queue or topic."""
    arn = execution.arn
    function = functions.function_of(arn.account, arn.region, arn.function)
    version = function.versions.get(arn.version) if function is not None else None
    if version is not None and (target := version.config.dead_letter_arn):
        role = version.config.role
        outbox.post(f"dead letter of {arn.name}", lambda: _send(execution, target, role))


def attributes_of(execution: DurableExecution) -> dict[str, Any]:
    """Return the message attributes of a dead letter."""
    output = execution.state.result
    problem = output.error if output is not None else None
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": execution.arn.id},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
    }
    if problem is not None and problem.message:
        text = problem.message[:1024]
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": text}
    return attributes


def _send(execution: DurableExecution, target_arn: str, role: str) -> None:
    target = parse_arn(target_arn)
    clients = connect_to.with_assumed_role(
        role_arn=role, service_principal="lambda", region_name=target["region"]
    )
    body, attributes = execution.plan.payload, attributes_of(execution)
    if target["service"] == "sqs":
        clients.sqs.send_message(
            QueueUrl=sqs_queue_url_for_arn(target_arn),
            MessageBody=body,
            MessageAttributes=attributes,
        )
    else:
        clients.sns.publish(TopicArn=target_arn, Message=body, MessageAttributes=attributes)
