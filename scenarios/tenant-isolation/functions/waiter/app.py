"""Stays in flight from the moment it says so until it is told to go on."""

import os
import uuid

import boto3

SQS = boto3.client("sqs")
ENVIRONMENT = uuid.uuid4().hex


def handler(event, context):
    """Announce this environment, then wait for somebody's word to leave.

    Raises:
        TimeoutError: Nobody said so in this invocation's time.
    """
    SQS.send_message(QueueUrl=os.environ["ARRIVALS"], MessageBody=ENVIRONMENT)
    while context.get_remaining_time_in_millis() > 10_000:
        word = SQS.receive_message(
            QueueUrl=os.environ["DEPARTURES"], WaitTimeSeconds=5, MaxNumberOfMessages=1
        )
        for message in word.get("Messages", []):
            SQS.delete_message(
                QueueUrl=os.environ["DEPARTURES"], ReceiptHandle=message["ReceiptHandle"]
            )
            return {"tenant_id": context.tenant_id, "environment": ENVIRONMENT}
    raise TimeoutError("nobody said that I may leave")
