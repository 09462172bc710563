"""A bus with a key of the customer's: what the key can't do goes to one queue or the other."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta

import pytest


@pytest.fixture(scope="module")
def kms(aws):
    return aws("kms")


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def make_bus(events):
    numbers = itertools.count()

    def make(**members):
        name = f"keyed-{next(numbers)}"
        events.create_event_bus(Name=name, **members)
        return name

    return make


@pytest.fixture
def bus_letters(make_queue):
    return make_queue()


def test_an_event_that_cant_be_encrypted_goes_to_the_buss_queue(
    kms, key, make_bus, make_rule, bus_letters, queue, dead_letters
):
    bus = make_bus(KmsKeyIdentifier=key, DeadLetterConfig={"Arn": bus_letters.arn})
    rule = make_rule(bus)
    rule.target({"Arn": queue.arn, "DeadLetterConfig": {"Arn": dead_letters.arn}})
    kms.disable_key(KeyId=key)
    event_id = rule.put({"order": 9})
    [letter] = bus_letters.wait_for()
    assert (letter["body"]["id"], letter["body"]["detail"]) == (event_id, {"order": 9})
    assert letter["attributes"]["ERROR_CODE"] == "EVENT_ENCRYPTION_FAILURE"
    assert "disabled" in letter["attributes"]["ERROR_MESSAGE"]
    assert "RULE_ARN" not in letter["attributes"]

    kms.enable_key(KeyId=key)
    repaired = rule.put()
    [message] = queue.wait_for()
    assert message["body"]["id"] == repaired
    assert dead_letters.take() == []


def test_a_targets_failure_doesnt_go_to_the_buss_queue(
    key, make_bus, make_rule, bus_letters, dead_letters, missing_queue
):
    bus = make_bus(KmsKeyIdentifier=key, DeadLetterConfig={"Arn": bus_letters.arn})
    rule = make_rule(bus)
    rule.target({"Arn": missing_queue, "DeadLetterConfig": {"Arn": dead_letters.arn}})
    rule.put()
    dead_letters.wait_for()
    assert bus_letters.take() == []


def test_a_key_that_fails_later_is_the_targets_failure(
    kms, key, make_bus, make_rule, bus_letters, dead_letters, destination, api, clock
):
    bus = make_bus(KmsKeyIdentifier=key, DeadLetterConfig={"Arn": bus_letters.arn})
    rule = make_rule(bus)
    rule.target({**destination, "DeadLetterConfig": {"Arn": dead_letters.arn}})
    api.then(503)
    rule.put()
    clock.advance(timedelta(seconds=10))
    kms.disable_key(KeyId=key)
    clock.advance(timedelta(minutes=10))
    [letter] = dead_letters.take()
    assert letter["attributes"]["ERROR_CODE"] == "ACTION_DECRYPTION_FAILURE"
    assert int(letter["attributes"]["RETRY_ATTEMPTS"]) >= 1
    assert bus_letters.take() == []


def test_a_bus_without_a_key_asks_no_key(make_bus, make_rule, bus_letters, queue):
    rule = make_rule(make_bus(DeadLetterConfig={"Arn": bus_letters.arn}))
    rule.target({"Arn": queue.arn})
    rule.put()
    queue.wait_for()
    assert bus_letters.take() == []


def test_awss_own_events_dont_go_to_the_buss_queue(
    kms, key, events, make_bus, bus_letters, make_rule
):
    bus = make_bus(KmsKeyIdentifier=key, DeadLetterConfig={"Arn": bus_letters.arn})
    kms.disable_key(KeyId=key)
    entry = {"EventBusName": bus, "DetailType": "t", "Detail": json.dumps({})}
    events.put_events(Entries=[{**entry, "Source": "aws.s3"}])
    events.put_events(Entries=[{**entry, "Source": "shop"}])
    # The second comes after the first, and shows that the first was dealt with.
    [letter] = bus_letters.wait_for()
    assert letter["body"]["source"] == "shop"
