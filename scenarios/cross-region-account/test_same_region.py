"""From a bus to a queue of its own account and region: the queue's policy is all it takes."""

from __future__ import annotations

import json

import pytest


def said(message):
    """Return a message's attributes as texts."""
    return {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}


@pytest.mark.claim("cross-region-account.same-same")
def test_a_queue_beside_the_bus_gets_events_once_it_lets_eventbridge_in(
    deploy, sender_to, queue_of
):
    home = deploy("queue.yaml")
    sender, queue = sender_to(home.outputs["Arn"], Role="none"), queue_of(home)
    letter = said(sender.reaches(sender.letters))
    assert letter["ERROR_CODE"] == "NO_PERMISSIONS"
    assert letter["TARGET_ARN"] == home.outputs["Arn"]
    assert queue.take() == []

    home.update(parameters={"Rule": sender.stack.outputs["RuleArn"]})
    event = json.loads(sender.reaches(queue)["Body"])
    assert (event["account"], event["region"]) == (home.account, home.region)
    assert (event["source"], event["detail-type"]) == ("shop.orders", "Order Placed")
