"""Stays in flight from the moment it says so until it is told to go on."""

import os
import uuid

import boto3

SQS = boto3.client("sqs")
ENVIRONMENT = uuid.uuid4().hex


def handler(event, context):
    """Announce this invocation, then wait for somebody's word to leave.

    The event's `crossing` is on all messages, so that nobody hears what was meant for others.

    Raises:
        TimeoutError: Nobody said so in this invocation's time.
    """
    SQS.send_message(QueueUrl=os.environ["ARRIVALS"], MessageBody=event["crossing"])
    while context.get_remaining_time_in_millis() > 10_000:
        word = SQS.receive_message(
            QueueUrl=os.environ["DEPARTURES"], WaitTimeSeconds=5, MaxNumberOfMessages=1
        )
        for message in word.get("Messages", []):
            SQS.delete_message(
                QueueUrl=os.environ["DEPARTURES"], ReceiptHandle=message["ReceiptHandle"]
            )
            if message["Body"] == event["crossing"]:
                return {"tenant_id": context.tenant_id, "environment": ENVIRONMENT}
    raise TimeoutError("nobody said that I may leave")
