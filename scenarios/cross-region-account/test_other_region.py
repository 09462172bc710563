"""Into another region of the same account: by a bus there, and in no other way."""

from __future__ import annotations

import json

import pytest


def said(message):
    """Return a message's attributes as texts."""
    return {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}


@pytest.fixture(scope="module")
def there(deploy, target):
    """The bus in the other region, with its queue."""
    return deploy("bus.yaml", region=target.regions[1])


@pytest.fixture(scope="module")
def sender(sender_to, there):
    """A bus that sends there, with a role that may not do it yet."""
    return sender_to(there.outputs["Arn"], Role="withheld", Action="events:PutEvents")


@pytest.mark.claim("cross-region-account.other-region-direct")
@pytest.mark.parametrize("role", [False, True], ids=["without a role", "with a role"])
def test_a_queue_in_another_region_is_refused_as_a_target(deploy, target, sender, role):
    # The queue lets the role in: it isn't for lack of a permission.
    queue = deploy(
        "queue.yaml",
        region=target.regions[1],
        parameters={"Role": sender.stack.outputs["RoleArn"]},
    )
    refusal = sender.add_target(queue.outputs["Arn"], role=role)
    assert refusal.response["Error"]["Code"] == "ValidationException"


@pytest.mark.claim("cross-region-account.other-region-via-bus")
def test_a_bus_in_another_region_needs_a_role(sender, there):
    error = sender.add_target(there.outputs["Arn"], role=False).response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == f"RoleArn is required for target {there.outputs['Arn']}."


@pytest.mark.claim("cross-region-account.other-region-via-bus")
def test_events_go_over_a_bus_into_another_region_once_the_role_may(
    sender, there, queue_of, account, region
):
    letter = said(sender.reaches(sender.letters))
    assert letter["ERROR_CODE"] == "NO_PERMISSIONS"
    assert letter["TARGET_ARN"] == there.outputs["Arn"]
    assert "events:PutEvents" in letter["ERROR_MESSAGE"]
    assert queue_of(there).take() == []

    sender.stack.update(parameters={"Role": "granted"})
    event = json.loads(sender.reaches(queue_of(there))["Body"])
    # It still says where it comes from.
    assert (event["account"], event["region"]) == (account, region)
    assert there.region != region
