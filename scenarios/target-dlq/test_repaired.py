"""After the permission is granted, events arrive."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest


@pytest.mark.claim("target-dlq.repaired")
def test_the_next_event_arrives_once_the_queue_lets_eventbridge_in(bus, stack, eventually):
    bus.letters_of(bus.put("Order Placed", before="repair"), "OrdersLetters")

    stack.update(parameters={"Access": "granted"})
    arrived: dict[str, dict] = {}
    put: list[str] = []

    def arrives():
        put.append(bus.put("Order Placed", after="repair"))
        for message in bus.queue("Orders").take():
            event = json.loads(message["Body"])
            arrived[event["id"]] = event
        assert arrived

    # A new policy takes a moment.
    eventually(arrives, within=bus.patience, every=timedelta(seconds=1))
    assert arrived.keys() <= set(put)
    assert {event["detail"]["after"] for event in arrived.values()} == {"repair"}

    last = bus.put("Order Placed", after="repair")
    [message] = bus.letters_of(last, "Orders")
    assert "MessageAttributes" not in message
    # The other target still keeps it out.
    bus.letters_of(last, "BillingLetters")
