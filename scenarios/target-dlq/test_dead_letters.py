"""An event that its target denies lands in the target's dead-letter queue, and says why."""

from __future__ import annotations

import json

import pytest


def said(message):
    """Return a message's attributes as texts."""
    attributes = message.get("MessageAttributes", {})
    return {name: value["StringValue"] for name, value in attributes.items()}


@pytest.mark.claim("target-dlq.lands-in-dlq")
def test_a_denied_event_lands_unchanged_in_the_targets_queue(bus):
    detail = {"order": {"id": "ö-1", "lines": [1, 2.5, None]}, "note": ""}
    event_id = bus.put("Order Placed", **detail)
    [message] = bus.letters_of(event_id, "OrdersLetters")
    event = json.loads(message["Body"])
    assert event["detail"] == detail
    assert (event["source"], event["detail-type"]) == ("shop.orders", "Order Placed")
    assert set(event) == {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources",
        "detail",
    }  # fmt: skip
    assert bus.queue("Orders").take() == []


@pytest.mark.claim("target-dlq.reason-attributes")
def test_the_message_says_whose_it_is_and_why(bus, stack):
    [message] = bus.letters_of(bus.put("Order Placed"), "OrdersLetters")
    attributes = said(message)
    assert attributes["RULE_ARN"] == stack.outputs["PlacedRule"]
    assert attributes["TARGET_ARN"] == stack.outputs["OrdersArn"]
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert "not authorized" in attributes["ERROR_MESSAGE"]
    assert "sqs:sendmessage" in attributes["ERROR_MESSAGE"].lower()


@pytest.mark.claim("target-dlq.per-target")
def test_two_targets_of_one_rule_use_two_queues(bus, stack):
    event_id = bus.put("Order Placed")
    for queue, target in (("OrdersLetters", "OrdersArn"), ("BillingLetters", "BillingArn")):
        [message] = bus.letters_of(event_id, queue)
        assert said(message)["TARGET_ARN"] == stack.outputs[target]


@pytest.mark.claim("target-dlq.per-target")
def test_two_targets_of_one_rule_share_a_queue(bus, stack):
    messages = bus.letters_of(bus.put("Order Returned"), "SharedLetters", number=2)
    targets = {said(message)["TARGET_ARN"] for message in messages}
    assert targets == {stack.outputs["OrdersArn"], stack.outputs["BillingArn"]}
    assert {said(message)["RULE_ARN"] for message in messages} == {stack.outputs["ReturnedRule"]}


@pytest.mark.claim("target-dlq.bus-dlq-not-targets")
def test_the_buss_own_queue_gets_no_target_failures(bus):
    event_id = bus.put("Order Placed")
    bus.letters_of(event_id, "OrdersLetters")
    bus.letters_of(event_id, "BillingLetters")
    found = [json.loads(message["Body"])["id"] for message in bus.queue("BusLetters").take()]
    assert event_id not in found


@pytest.mark.claim("target-dlq.retried-first")
def test_an_unavailable_target_is_retried_before_the_event_is_dead_lettered(bus, clock):
    event_id, found = bus.put("Order Priced"), []

    def came():
        found.extend(
            message
            for message in bus.queue("PricesLetters").take()
            if json.loads(message["Body"])["id"] == event_id
        )
        assert found

    clock.run_until(came, within=bus.patience * 5)
    attributes = said(found[0])
    assert attributes["RETRY_ATTEMPTS"] == "2", attributes
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"


@pytest.mark.claim("target-dlq.retried-first")
def test_a_denied_event_isnt_retried(bus):
    [message] = bus.letters_of(bus.put("Order Placed"), "OrdersLetters")
    assert said(message)["RETRY_ATTEMPTS"] == "0"
    assert "EXHAUSTED_RETRY_CONDITION" not in said(message)
