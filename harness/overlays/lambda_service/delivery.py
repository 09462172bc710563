"""Sends what an asynchronous invocation leaves to queues, topics, buses, functions and buckets.

Each call is made as the function's role, through the Lambda service.
Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn, sqs_queue_url_for_arn

from . import records
from .asynchronous import Done

PRINCIPAL = "lambda"


@dataclass(frozen=True)
class Sender:
    """Who sends.

    Attributes:
        role: ARN of the function's execution role.
        function: The function's name.
        function_arn: Its ARN without a qualifier.
        region: Its region.
    """

    role: str
    function: str
    function_arn: str
    region: str

    def client(self, service: str, region: str) -> Any:
        clients = connect_to.with_assumed_role(
            role_arn=self.role, service_principal=PRINCIPAL, region_name=region
        )
        return getattr(clients, service).request_metadata(
            source_arn=self.function_arn, service_principal=PRINCIPAL
        )


def send_record(
    sender: Sender, target_arn: str, record: Mapping[str, Any], *, at: datetime, done: Done
) -> None:
    """Send a record to a destination.

    Raises:
        ValueError: No destination has such an ARN.
    """
    target = parse_arn(target_arn)
    body = json.dumps(record, separators=(",", ":"))
    region = target["region"] or sender.region
    match target["service"]:
        case "sqs":
            sender.client("sqs", region).send_message(
                QueueUrl=sqs_queue_url_for_arn(target_arn), MessageBody=body
            )
        case "sns":
            sender.client("sns", region).publish(TopicArn=target_arn, Message=body)
        case "lambda":
            sender.client("lambda_", region).invoke(
                FunctionName=target_arn, InvocationType="Event", Payload=body
            )
        case "events":
            entry = {
                "EventBusName": target_arn,
                "Source": "lambda",
                "DetailType": records.detail_type(done),
                "Detail": body,
                "Resources": [target_arn, record["requestContext"]["functionArn"]],
            }
            refused = sender.client("events", region).put_events(Entries=[entry])
            if refused["FailedEntryCount"]:
                raise RuntimeError(f"{target_arn} refused a record: {refused['Entries']}")
        case "s3":
            sender.client("s3", region).put_object(
                Bucket=target["resource"],
                Key=records.object_key(sender.function, at, str(uuid.uuid4())),
                Body=body,
                ContentType="application/json",
            )
        case _:
            raise ValueError(f"No destination has the ARN {target_arn!r}.")


def send_dead_letter(
    sender: Sender, target_arn: str, payload: str, attributes: Mapping[str, Mapping[str, str]]
) -> None:
    """Send an event, as it was, to a function's dead-letter queue.

    Raises:
        ValueError: The ARN is neither a queue's nor a topic's.
    """
    target = parse_arn(target_arn)
    match target["service"]:
        case "sqs":
            sender.client("sqs", target["region"]).send_message(
                QueueUrl=sqs_queue_url_for_arn(target_arn),
                MessageBody=payload,
                MessageAttributes=attributes,
            )
        case "sns":
            sender.client("sns", target["region"]).publish(
                TopicArn=target_arn, Message=payload, MessageAttributes=attributes
            )
        case _:
            raise ValueError(f"No dead-letter queue has the ARN {target_arn!r}.")
