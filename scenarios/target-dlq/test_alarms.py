"""Alarms on a dead-letter queue: who hears of it, and when."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

READERS = ("first@example.com", "second@example.com")
LONG_ENOUGH = timedelta(minutes=15)


@pytest.fixture
def state(stack, client):
    """Returns the state of one of the stack's alarms."""

    def read(name):
        found = client("cloudwatch").describe_alarms(AlarmNames=[stack.outputs[name]])
        return found["MetricAlarms"][0]["StateValue"]

    return read


@pytest.fixture
def quiet(bus, clock, state):
    """Begins and ends with an empty dead-letter queue and alarms that are calm."""

    def empty_and_calm():
        bus.queue("OrdersLetters").take()
        assert (state("Eager"), state("Patient")) == ("OK", "OK")

    clock.run_until(empty_and_calm, within=LONG_ENOUGH)
    bus.queue("Watched").take()
    yield
    bus.queue("OrdersLetters").take()


def waiting(bus, stack, client, number, eventually):
    """Put events until as many wait in the dead-letter queue, untouched."""
    for _ in range(number):
        bus.put("Order Placed")

    def there():
        found = client("sqs").get_queue_attributes(
            QueueUrl=stack.outputs["OrdersLetters"],
            AttributeNames=["ApproximateNumberOfMessages"],
        )
        assert int(found["Attributes"]["ApproximateNumberOfMessages"]) >= number

    eventually(there, within=bus.patience)


@pytest.mark.claim("target-dlq.alarm-notifies")
def test_a_dead_letter_raises_an_alarm_that_publishes(
    bus, stack, client, clock, eventually, state, quiet
):
    waiting(bus, stack, client, 1, eventually)
    told = []

    def publishes():
        told.extend(bus.queue("Watched").take())
        assert told

    clock.run_until(publishes, within=LONG_ENOUGH)
    alarm = json.loads(told[0]["Body"])
    assert alarm["AlarmName"] == stack.outputs["Eager"]
    assert (alarm["OldStateValue"], alarm["NewStateValue"]) == ("OK", "ALARM")


@pytest.mark.claim("target-dlq.alarm-notifies")
def test_each_confirmed_subscriber_hears_of_it(
    bus, stack, client, clock, eventually, state, quiet, inbox, http
):
    for reader in READERS:
        inbox.confirm(reader, get=http.get)
    waiting(bus, stack, client, 1, eventually)

    def alarmed():
        assert state("Eager") == "ALARM"

    clock.run_until(alarmed, within=LONG_ENOUGH)
    for reader in READERS:
        assert stack.outputs["Eager"] in inbox.wait_for(to=reader, subject="ALARM").text


@pytest.mark.claim("target-dlq.alarm-tuning")
def test_threshold_and_evaluation_periods_decide_when_an_alarm_fires(
    bus, stack, client, clock, eventually, state, quiet
):
    waiting(bus, stack, client, 1, eventually)

    def eager():
        assert state("Eager") == "ALARM"

    clock.run_until(eager, within=LONG_ENOUGH)
    # More than the patient one's two periods, in which it must not go off.
    pause = clock.shortened(timedelta(minutes=5), to=timedelta(minutes=3))
    clock.advance(seconds=pause.total_seconds())
    assert state("Patient") == "OK"

    waiting(bus, stack, client, 2, eventually)

    def patient():
        assert state("Patient") == "ALARM"

    clock.run_until(patient, within=LONG_ENOUGH)
