"""Stacks that are deleted while an operation runs on them.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
"""

from __future__ import annotations

import secrets

import pytest
from botocore.exceptions import ClientError

from tests.held_stacks import Provider, settled, template


@pytest.fixture
def provider(aws):
    return Provider(aws)


@pytest.fixture
def cloudformation(aws):
    return aws("cloudformation")


@pytest.fixture
def held(cloudformation, provider):
    """The name of a stack that is being made and waits for its provider, and what that is asked."""
    name = f"s{secrets.token_hex(4)}"
    cloudformation.create_stack(StackName=name, TemplateBody=template(provider))
    request = provider.asked()
    assert request["RequestType"] == "Create"
    return name, request


def test_a_stack_that_is_deleted_while_it_is_made_goes(aws, cloudformation, provider, held):
    name, request = held
    cloudformation.delete_stack(StackName=name)
    [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert stack["StackStatus"] == "DELETE_IN_PROGRESS"

    provider.succeed(request)
    deletion = provider.asked()
    assert deletion["RequestType"] == "Delete"
    provider.succeed(deletion)

    settled(cloudformation, request["StackId"], "DELETE_COMPLETE")
    events = cloudformation.describe_stack_events(StackName=request["StackId"])["StackEvents"]
    happened = [f"{event['LogicalResourceId']} {event['ResourceStatus']}" for event in events]
    assert "First DELETE_COMPLETE" in happened
    assert "Held DELETE_COMPLETE" in happened
    assert not [one for one in happened if one.startswith("Last")]
    assert [one["TopicArn"] for one in aws("sns").list_topics()["Topics"]] == [provider.topic]


def test_deleting_it_twice_deletes_it_once(cloudformation, provider, held):
    name, request = held
    cloudformation.delete_stack(StackName=name)
    cloudformation.delete_stack(StackName=name)
    provider.succeed(request)
    provider.succeed(provider.asked())

    settled(cloudformation, request["StackId"], "DELETE_COMPLETE")
    events = cloudformation.describe_stack_events(StackName=request["StackId"])["StackEvents"]
    happened = [one["ResourceStatus"] for one in events if one["LogicalResourceId"] == name]
    assert happened.count("DELETE_IN_PROGRESS") == happened.count("DELETE_COMPLETE") == 1


def test_a_stack_cant_be_deleted_while_it_is_updated(cloudformation, provider, held):
    name, request = held
    provider.succeed(request)
    settled(cloudformation, name, "CREATE_COMPLETE")
    cloudformation.update_stack(StackName=name, TemplateBody=template(provider, Size="2"))
    update = provider.asked()
    assert update["RequestType"] == "Update"

    with pytest.raises(ClientError) as refused:
        cloudformation.delete_stack(StackName=name)

    assert refused.value.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": f"Stack [{request['StackId']}] cannot be deleted while in status "
        "UPDATE_IN_PROGRESS",
    }
    provider.succeed(update)
    settled(cloudformation, name, "UPDATE_COMPLETE")
    cloudformation.delete_stack(StackName=name)
    provider.succeed(provider.asked())
    settled(cloudformation, request["StackId"], "DELETE_COMPLETE")
