"""The bus of the pattern, and the queues in which its events end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pytest


@dataclass(frozen=True)
class Letters:
    """A queue, and what it holds of the events that are asked for."""

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
class Bus:
    """The deployed bus: put events on it, and find them again by their ids."""

    outputs: Mapping[str, str]
    events: Any
    sqs: Any
    eventually: Any

    # EventBridge is quick, and promises nothing.
    patience: ClassVar[timedelta] = timedelta(minutes=3)

    def put(self, detail_type: str, **detail: Any) -> str:
        """Put an event of the shop; returns its id."""
        answer = self.events.put_events(
            Entries=[
                {
                    "EventBusName": self.outputs["Bus"],
                    "Source": "shop.orders",
                    "DetailType": detail_type,
                    "Detail": json.dumps(detail),
                }
            ]
        )
        assert answer["FailedEntryCount"] == 0, answer["Entries"]
        return str(answer["Entries"][0]["EventId"])

    def queue(self, name: str) -> Letters:
        """Return a queue of the stack by the name of its output."""
        return Letters(self.outputs[name], self.sqs)

    def letters_of(self, event_id: str, name: str, *, number: int = 1) -> list[dict[str, Any]]:
        """Wait until a queue has got an event, and take it; other events are lost."""
        queue, found = self.queue(name), []

        def came() -> None:
            found.extend(
                message
                for message in queue.take()
                if json.loads(message["Body"]).get("id") == event_id
            )
            assert len(found) == number

        self.eventually(came, within=self.patience)
        return found


def said(message: Mapping[str, Any]) -> dict[str, str]:
    """Return a message's attributes as texts."""
    attributes = message.get("MessageAttributes", {})
    return {name: value["StringValue"] for name, value in attributes.items()}


@pytest.fixture(scope="module")
def bus(stack, client, eventually):
    """The bus, once its rules are seen to work: a new rule takes a moment to match."""
    bus = Bus(stack.outputs, client("events"), client("sqs"), eventually)

    def works():
        probe = bus.put("Order Returned", probe=uuid.uuid4().hex)
        found: list[dict[str, Any]] = []

        def came():
            found.extend(bus.queue("SharedLetters").take())
            assert probe in [json.loads(message["Body"])["id"] for message in found]

        eventually(came, within=timedelta(seconds=10))

    eventually(works, within=bus.patience)
    return bus
