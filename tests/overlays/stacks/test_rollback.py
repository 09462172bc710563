"""Stacks that fail, through CloudFormation's own API."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

WITHIN = timedelta(seconds=60)
TOPIC = {"Type": "AWS::SNS::Topic"}
BAD = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "no such name"}}


def template(**resources) -> str:
    return json.dumps({"Resources": resources})


def after(needed: str, resource: dict) -> dict:
    return {**resource, "DependsOn": needed}


@pytest.fixture
def cloudformation(aws):
    return aws("cloudformation")


@pytest.fixture
def settled(cloudformation):
    """Waits until a stack has a status, and returns what CloudFormation says about it."""

    def settled(name: str, status: str) -> dict:
        def has_settled():
            [stack] = cloudformation.describe_stacks(StackName=name)["Stacks"]
            assert stack["StackStatus"] == status
            return stack

        return eventually(has_settled, within=WITHIN)

    return settled


@pytest.fixture
def stack(cloudformation, settled):
    """Creates stacks, returns their ARNs, and deletes them afterwards."""
    made = []

    def create(body: str, **options) -> str:
        name = f"s{secrets.token_hex(4)}"
        made.append(
            cloudformation.create_stack(StackName=name, TemplateBody=body, **options)["StackId"]
        )
        return made[-1]

    yield create
    for stack_id in made:
        cloudformation.delete_stack(StackName=stack_id)
        settled(stack_id, "DELETE_COMPLETE")


@pytest.fixture
def happened(cloudformation):
    """Returns a stack's events as `resource status`, the oldest first."""

    def happened(stack_id: str) -> list[str]:
        events = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
        return [
            f"{event['LogicalResourceId']} {event['ResourceStatus']}"
            for event in reversed(events)
            if event.get("PhysicalResourceId") != stack_id
        ]

    return happened


def test_a_creation_that_fails_takes_back_what_it_made(stack, settled, happened, aws):
    stack_id = stack(template(A=TOPIC, B=after("A", BAD), C=after("B", TOPIC)))
    settled(stack_id, "ROLLBACK_COMPLETE")
    assert happened(stack_id) == [
        "A CREATE_IN_PROGRESS",
        "A CREATE_COMPLETE",
        "B CREATE_IN_PROGRESS",
        "B CREATE_FAILED",
        "B DELETE_COMPLETE",
        "A DELETE_IN_PROGRESS",
        "A DELETE_COMPLETE",
    ]
    assert aws("sns").list_topics()["Topics"] == []


def test_a_resource_that_is_to_be_retained_outlives_the_rollback(stack, settled, aws):
    settled(
        stack(template(A={**TOPIC, "DeletionPolicy": "Retain"}, B=after("A", BAD))),
        "ROLLBACK_COMPLETE",
    )
    [topic] = aws("sns").list_topics()["Topics"]
    aws("sns").delete_topic(TopicArn=topic["TopicArn"])


@pytest.mark.parametrize("option", [{"DisableRollback": True}, {"OnFailure": "DO_NOTHING"}])
def test_without_a_rollback_everything_stays_until_it_is_deleted(
    stack, settled, aws, cloudformation, option
):
    stack_id = stack(template(A=TOPIC, B=after("A", BAD)), **option)
    settled(stack_id, "CREATE_FAILED")
    assert len(aws("sns").list_topics()["Topics"]) == 1
    cloudformation.delete_stack(StackName=stack_id)
    settled(stack_id, "DELETE_COMPLETE")
    assert aws("sns").list_topics()["Topics"] == []


def test_an_update_that_fails_goes_back_to_what_was(stack, settled, cloudformation, aws):
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "old"}}
    stack_id = stack(template(A=parameter))
    settled(stack_id, "CREATE_COMPLETE")
    [resource] = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]

    def value():
        name = resource["PhysicalResourceId"]
        return aws("ssm").get_parameter(Name=name)["Parameter"]["Value"]

    changed = {**parameter, "Properties": {"Type": "String", "Value": "new"}}
    cloudformation.update_stack(
        StackName=stack_id,
        TemplateBody=template(A=changed, N=after("A", TOPIC), B=after("N", BAD)),
    )
    settled(stack_id, "UPDATE_ROLLBACK_COMPLETE")
    assert value() == "old"
    assert aws("sns").list_topics()["Topics"] == []
    body = cloudformation.get_template(StackName=stack_id)["TemplateBody"]
    assert list(body["Resources"]) == ["A"]

    cloudformation.update_stack(StackName=stack_id, TemplateBody=template(A=changed))
    settled(stack_id, "UPDATE_COMPLETE")
    assert value() == "new"


def test_what_an_update_added_is_deleted_with_the_stack(stack, settled, cloudformation, aws):
    stack_id = stack(template(A=TOPIC))
    settled(stack_id, "CREATE_COMPLETE")
    cloudformation.update_stack(StackName=stack_id, TemplateBody=template(A=TOPIC, B=TOPIC))
    settled(stack_id, "UPDATE_COMPLETE")
    assert len(aws("sns").list_topics()["Topics"]) == 2
    cloudformation.delete_stack(StackName=stack_id)
    settled(stack_id, "DELETE_COMPLETE")
    assert aws("sns").list_topics()["Topics"] == []


def test_a_replacement_is_taken_back_with_its_update(stack, settled, cloudformation, aws):
    def queue(name: str) -> dict:
        return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}

    prefix = f"q{secrets.token_hex(3)}"
    stack_id = stack(template(A=queue(f"{prefix}-old")))
    settled(stack_id, "CREATE_COMPLETE")
    cloudformation.update_stack(
        StackName=stack_id, TemplateBody=template(A=queue(f"{prefix}-new"), B=after("A", BAD))
    )
    settled(stack_id, "UPDATE_ROLLBACK_COMPLETE")
    [url] = aws("sqs").list_queues(QueueNamePrefix=prefix)["QueueUrls"]
    assert url.endswith(f"{prefix}-old")
    [resource] = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]
    assert resource["PhysicalResourceId"] == url


def test_a_changed_deletion_policy_asks_no_resource_for_an_update(stack, settled, cloudformation):
    bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": f"b{secrets.token_hex(3)}"}}
    stack_id = stack(template(A=bus))
    settled(stack_id, "CREATE_COMPLETE")
    cloudformation.update_stack(
        StackName=stack_id,
        TemplateBody=template(A={**bus, "DeletionPolicy": "Delete"}, T=TOPIC),
    )
    settled(stack_id, "UPDATE_COMPLETE")
