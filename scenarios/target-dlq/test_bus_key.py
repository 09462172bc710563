"""The bus's own dead-letter queue gets what the customer's key could not encrypt."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest


@pytest.fixture
def disabled_key(stack, client):
    """Disables the bus's key during the test."""
    kms, key = client("kms"), stack.outputs["Key"]
    kms.disable_key(KeyId=key)
    yield key
    kms.enable_key(KeyId=key)


@pytest.mark.claim("target-dlq.bus-dlq-kms")
def test_an_event_that_cant_be_encrypted_lands_in_the_buss_queue(bus, disabled_key, eventually):
    # EventBridge goes on with a data key for a while: events are put until one is refused.
    put: dict[str, int] = {}
    found = {}

    def came():
        number = len(put)
        put[bus.put("Order Placed", number=number)] = number
        for message in bus.queue("BusLetters").take():
            found[json.loads(message["Body"])["id"]] = message
        assert put.keys() & found.keys()

    eventually(came, within=timedelta(minutes=10), every=timedelta(seconds=1))
    event_id = next(iter(put.keys() & found.keys()))
    message = found[event_id]
    assert json.loads(message["Body"])["detail"] == {"number": put[event_id]}
    code = message["MessageAttributes"]["ERROR_CODE"]["StringValue"]
    assert code in ("EVENT_ENCRYPTION_FAILURE", "EVENT_DECRYPTION_FAILURE")
    assert "RULE_ARN" not in message["MessageAttributes"]
