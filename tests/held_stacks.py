"""Stacks whose operations are held up by a custom resource that a test answers."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx

from harness.observe.eventually import eventually

WITHIN = timedelta(seconds=60)
FIRST = {"Type": "AWS::SNS::Topic"}
LAST = {"Type": "AWS::SNS::Topic", "DependsOn": "Held"}


class Provider:
    """Gets a custom resource's requests from a topic, and answers them when it is told to."""

    def __init__(self, aws):
        self._sqs = aws("sqs")
        queue = self._sqs.create_queue(QueueName="requests")
        self._queue = queue["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        sns = aws("sns")
        self.topic = sns.create_topic(Name="requests")["TopicArn"]
        sns.subscribe(
            TopicArn=self.topic,
            Protocol="sqs",
            Endpoint=arn["Attributes"]["QueueArn"],
            Attributes={"RawMessageDelivery": "true"},
        )

    def asked(self) -> dict:
        """Wait for the next request."""

        def received():
            [message] = self._sqs.receive_message(QueueUrl=self._queue, WaitTimeSeconds=1)[
                "Messages"
            ]
            return message

        message = eventually(received, within=WITHIN, retry_on=(KeyError,))
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return json.loads(message["Body"])

    @staticmethod
    def succeed(request: dict) -> None:
        """Answer a request."""
        same = ("StackId", "RequestId", "LogicalResourceId")
        answer = {name: request[name] for name in same}
        answer |= {"Status": "SUCCESS", "PhysicalResourceId": "held"}
        httpx.put(request["ResponseURL"], content=json.dumps(answer)).raise_for_status()


def template(provider: Provider, **properties) -> str:
    """Return a template whose second resource of three is held up."""
    held = {
        "Type": "Custom::Held",
        "DependsOn": "First",
        "Properties": {"ServiceToken": provider.topic, **properties},
    }
    return json.dumps({"Resources": {"First": FIRST, "Held": held, "Last": LAST}})


def settled(cloudformation, stack: str, status: str) -> None:
    """Wait until a stack, by name or ARN, has a status."""

    def has_settled():
        [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        assert described["StackStatus"] == status

    eventually(has_settled, within=WITHIN)
