"""Alarms on logs: on what arrives in an error-level group, and on errors among everything."""

from __future__ import annotations

from datetime import timedelta

import pytest

READER, SLEEPER = "reader@example.com", "sleeper@example.com"
LONG_ENOUGH = timedelta(minutes=15)


@pytest.fixture
def state(stack, client):
    """Returns the state of one of the stack's alarms."""

    def read(name):
        found = client("cloudwatch").describe_alarms(AlarmNames=[stack.outputs[name]])
        return found["MetricAlarms"][0]["StateValue"]

    return read


@pytest.fixture
def calm(logged, clock, state):
    def both():
        assert {state("ErrorsArrive"), state("ErrorsFound")} == {"OK"}

    clock.run_until(both, within=LONG_ENOUGH)


@pytest.fixture
def reader(inbox, http, topic):
    """A subscriber who has confirmed."""
    if not topic.is_confirmed(READER):
        inbox.confirm(READER, get=http.get)
    return READER


class Topic:
    """The topic of the alarms."""

    def __init__(self, sns, arn):
        self._sns, self._arn = sns, arn

    def is_confirmed(self, address):
        found = self._sns.list_subscriptions_by_topic(TopicArn=self._arn)["Subscriptions"]
        [arn] = [one["SubscriptionArn"] for one in found if one["Endpoint"] == address]
        return arn.startswith("arn:")

    def publish(self, subject):
        self._sns.publish(TopicArn=self._arn, Subject=subject, Message=subject)


@pytest.fixture
def topic(stack, client):
    return Topic(client("sns"), stack.outputs["Failures"])


@pytest.mark.claim("enhanced-logging.alarm-on-logs")
def test_an_error_in_an_error_level_group_raises_an_alarm_by_e_mail(
    logged, stack, clock, eventually, state, calm, reader, inbox
):
    event_id = logged.put("Order Placed", bus="Quiet")

    def is_logged():
        found = logged.in_group(event_id, "QuietGroup")
        assert "INVOCATION_FAILURE" in [record["message_type"] for record in found]
        assert {record["log_level"] for record in found} == {"ERROR"}

    eventually(is_logged, within=logged.patience)

    def alarmed():
        assert state("ErrorsArrive") == "ALARM"

    clock.run_until(alarmed, within=LONG_ENOUGH)
    assert stack.outputs["ErrorsArrive"] in inbox.wait_for(to=reader, subject="ALARM").text


@pytest.mark.claim("enhanced-logging.metric-filter")
def test_a_metric_filter_on_a_trace_group_alarms_on_errors_only(
    logged, clock, eventually, state, calm
):
    fine = logged.put("Order Changed")

    def is_logged():
        found = [record["message_type"] for record in logged.in_group(fine)]
        assert "INVOCATION_SUCCESS" in found

    eventually(is_logged, within=logged.patience)
    clock.advance(minutes=3)
    assert state("ErrorsFound") == "OK"

    logged.put("Order Placed")

    def alarmed():
        assert state("ErrorsFound") == "ALARM"

    clock.run_until(alarmed, within=LONG_ENOUGH)


@pytest.mark.claim("enhanced-logging.email-confirmation")
def test_an_e_mail_subscription_gets_nothing_until_it_is_confirmed(topic, reader, inbox, http):
    topic.publish("before the confirmation")
    inbox.wait_for(to=reader, subject="before the confirmation")
    assert [email.subject for email in inbox.emails(to=SLEEPER)] == [
        "AWS Notification - Subscription Confirmation"
    ]
    inbox.confirm(SLEEPER, get=http.get)
    topic.publish("after the confirmation")
    inbox.wait_for(to=SLEEPER, subject="after the confirmation")
    assert not inbox.emails(to=SLEEPER, subject="before")
