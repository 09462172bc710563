"""A bus that sends orders elsewhere, and the queues in which they come to rest."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError


@dataclass(frozen=True)
class Queue:
    """A queue of any account and region, and what it holds."""

    url: str
    sqs: Any

    def take(self) -> list[dict[str, Any]]:
        """Take what there is now: messages with their attributes."""
        found: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
            found.extend(messages)
        return found


@dataclass(frozen=True)
class Sender:
    """A deployed bus whose rule has one target."""

    stack: Any
    letters: Queue
    eventually: Any

    # EventBridge, new policies and new roles take their time.
    patience: ClassVar[timedelta] = timedelta(minutes=3)

    def put(self) -> str:
        """Put an order on the bus; returns its id."""
        order = uuid.uuid4().hex
        answer = self.stack.client("events").put_events(
            Entries=[
                {
                    "EventBusName": self.stack.outputs["Bus"],
                    "Source": "shop.orders",
                    "DetailType": "Order Placed",
                    "Detail": json.dumps({"order": order}),
                }
            ]
        )
        assert answer["FailedEntryCount"] == 0, answer["Entries"]
        return order

    def reaches(self, queue: Queue) -> dict[str, Any]:
        """Put orders until one of them lies in a queue; returns its message."""
        put: set[str] = set()
        found: dict[str, dict[str, Any]] = {}

        def came() -> None:
            put.add(self.put())
            found.update((order_in(message), message) for message in queue.take())
            assert put & found.keys()

        self.eventually(came, within=self.patience, every=timedelta(seconds=1))
        return found[min(put & found.keys())]

    def add_target(self, arn: str, *, role: bool) -> ClientError:
        """Return the refusal of a further target of the rule."""
        target = {"Id": "refused", "Arn": arn}
        if role:
            target["RoleArn"] = self.stack.outputs["RoleArn"]
        events, outputs = self.stack.client("events"), self.stack.outputs
        where = {"Rule": outputs["Rule"], "EventBusName": outputs["Bus"]}
        try:
            with pytest.raises(ClientError) as refused:
                events.put_targets(**where, Targets=[target])
        finally:
            # A rule with a target that its stack doesn't know couldn't be deleted.
            events.remove_targets(**where, Ids=["refused"])
        return refused.value


def order_in(message: Mapping[str, Any]) -> str:
    """Return the id of the order that an event in a queue is about."""
    return str(json.loads(message["Body"])["detail"]["order"])


def said(message: Mapping[str, Any]) -> dict[str, str]:
    """Return a message's attributes as texts."""
    attributes = message.get("MessageAttributes", {})
    return {name: value["StringValue"] for name, value in attributes.items()}


@pytest.fixture(scope="module")
def sender_to(deploy, eventually):
    """Deploys a bus of the module's account and region with a target: `sender_to(arn)`."""

    def make(target_arn: str, **parameters: str) -> Sender:
        stack = deploy("template.yaml", parameters={"TargetArn": target_arn, **parameters})
        letters = Queue(stack.outputs["Letters"], stack.client("sqs"))
        return Sender(stack, letters, eventually)

    return make


@pytest.fixture(scope="module")
def queue_of():
    """Returns the queue of a deployed stack: `queue_of(stack)`."""
    return lambda stack: Queue(stack.outputs["Queue"], stack.client("sqs"))
