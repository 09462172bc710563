"""To another account in another region: by its bus there, whose policy lets this account in."""

from __future__ import annotations

import json

import pytest

REFUSED_BY_A_BUS = {
    "NO_PERMISSIONS", "CROSS_ACCOUNT_INGESTION_FAILED", "CROSS_REGION_INGESTION_FAILED",
}  # fmt: skip
"""AWS has these codes for it, and doesn't say which comes when."""


def said(message):
    """Return a message's attributes as texts."""
    return {name: one["StringValue"] for name, one in message["MessageAttributes"].items()}


@pytest.fixture(scope="module")
def there(deploy, target):
    """The other account's bus in the other region, closed."""
    return deploy("bus.yaml", account=target.accounts[1], region=target.regions[1])


@pytest.fixture(scope="module")
def sender(sender_to, there):
    """A bus that sends there, with a role that may."""
    return sender_to(there.outputs["Arn"], Action="events:PutEvents")


@pytest.mark.claim("cross-region-account.other-account-other-region-direct")
@pytest.mark.parametrize("role", [False, True], ids=["without a role", "with a role"])
def test_a_queue_of_another_account_and_region_is_refused_as_a_target(deploy, target, sender, role):
    # The queue lets the role in: it isn't for lack of a permission.
    queue = deploy(
        "queue.yaml",
        account=target.accounts[1],
        region=target.regions[1],
        parameters={"Role": sender.stack.outputs["RoleArn"]},
    )
    refusal = sender.add_target(queue.outputs["Arn"], role=role)
    assert refusal.response["Error"]["Code"] == "ValidationException"


@pytest.mark.claim("cross-region-account.other-account-other-region-via-bus")
def test_a_bus_of_another_account_and_region_needs_a_role(sender, there):
    error = sender.add_target(there.outputs["Arn"], role=False).response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == f"RoleArn is required for target {there.outputs['Arn']}."


@pytest.mark.claim("cross-region-account.other-account-other-region-via-bus")
def test_events_go_over_the_other_accounts_bus_once_it_lets_this_account_in(
    sender, there, queue_of, account, region
):
    letter = said(sender.reaches(sender.letters))
    assert letter["ERROR_CODE"] in REFUSED_BY_A_BUS
    assert letter["TARGET_ARN"] == there.outputs["Arn"]
    assert "not authorized" in letter["ERROR_MESSAGE"]
    assert queue_of(there).take() == []

    there.update(parameters={"Account": account})
    event = json.loads(sender.reaches(queue_of(there))["Body"])
    # It still says where it comes from.
    assert (event["account"], event["region"]) == (account, region)
    assert (there.account == account, there.region == region) == (False, False)
