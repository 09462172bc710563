"""To a queue of another account in the same region: a role here, the queue's policy there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

LONG_ENOUGH = timedelta(minutes=15)


def order_in(message):
    """Return the id of the order that an event in a queue is about."""
    return json.loads(message["Body"])["detail"]["order"]


def said(message):
    """Return a message's attributes as texts."""
    return {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}


@pytest.fixture(scope="module")
def there(deploy, target):
    """The queue in the other account, closed."""
    return deploy("queue.yaml", account=target.accounts[1])


@pytest.fixture(scope="module")
def sender(sender_to, there):
    """A bus that sends there, with a role that may."""
    return sender_to(there.outputs["Arn"])


@pytest.fixture
def closed(there):
    """The queue, closed again if another test has opened it."""
    there.update(parameters={"Role": ""})
    return there


@pytest.mark.claim("cross-region-account.other-account-denied")
def test_without_the_queues_policy_an_event_isnt_delivered(sender, closed, queue_of):
    letter = sender.reaches(sender.letters)
    attributes = said(letter)
    assert attributes["RULE_ARN"] == sender.stack.outputs["RuleArn"]
    assert attributes["TARGET_ARN"] == closed.outputs["Arn"]
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert attributes["RETRY_ATTEMPTS"] == "0"
    assert "not authorized" in attributes["ERROR_MESSAGE"]
    assert "sqs:sendmessage" in attributes["ERROR_MESSAGE"].lower()
    assert order_in(letter) not in [order_in(one) for one in queue_of(closed).take()]


@pytest.mark.claim("cross-region-account.other-account-denied")
def test_what_isnt_delivered_is_counted(sender, closed, client, clock):
    start = clock.now() - timedelta(minutes=5)
    sender.reaches(sender.letters)

    def counted():
        found = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Events",
            MetricName="InvocationsSentToDlq",
            Dimensions=[
                {"Name": "EventBusName", "Value": sender.stack.outputs["Bus"]},
                {"Name": "RuleName", "Value": sender.stack.outputs["Rule"]},
            ],
            StartTime=start,
            EndTime=clock.now() + timedelta(minutes=1),
            Period=60,
            Statistics=["Sum"],
        )
        assert sum(point["Sum"] for point in found["Datapoints"]) >= 1

    clock.run_until(counted, within=LONG_ENOUGH)


@pytest.mark.claim("cross-region-account.other-account-direct")
def test_a_queue_of_another_account_needs_a_role(sender, there):
    error = sender.add_target(there.outputs["Arn"], role=False).response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == f"RoleArn is required for target {there.outputs['Arn']}."


@pytest.mark.claim("cross-region-account.other-account-direct")
def test_with_role_and_queue_policy_an_event_arrives_directly(
    sender, closed, queue_of, account, region
):
    closed.update(parameters={"Role": sender.stack.outputs["RoleArn"]})
    event = json.loads(sender.reaches(queue_of(closed))["Body"])
    assert (event["account"], event["region"]) == (account, region)
    assert (closed.account, closed.region) != (account, region)
    assert closed.region == region


@pytest.mark.claim("cross-region-account.other-account-direct")
def test_the_queues_policy_alone_isnt_enough(sender, closed):
    closed.update(parameters={"Role": sender.stack.outputs["RoleArn"]})
    sender.stack.update(parameters={"Role": "withheld"})
    try:
        assert said(sender.reaches(sender.letters))["ERROR_CODE"] == "NO_PERMISSIONS"
    finally:
        sender.stack.update(parameters={"Role": "granted"})
