"""Buses, their policies and rules in a template."""

from __future__ import annotations

import json

import pytest

from harness.observe.eventually import eventually

from .conftest import SOON


@pytest.fixture
def deploy(aws):
    """Creates or updates a stack and waits for it; deletes it at the end."""
    cloudformation = aws("cloudformation")
    made = []

    def deployed(name, resources):
        kind = "update" if name in made else "create"
        getattr(cloudformation, f"{kind}_stack")(
            StackName=name, TemplateBody=json.dumps({"Resources": resources})
        )
        made.append(name)
        cloudformation.get_waiter(f"stack_{kind}_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )

    def delete(name):
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
        while name in made:
            made.remove(name)

    deployed.delete = delete
    yield deployed
    for name in list(made):
        delete(name)


def bus(**properties):
    return {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "templated", **properties}}
    }


def test_a_bus_has_its_properties_and_can_be_updated(aws, events, deploy, dead_letters):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    deploy(
        "bus",
        bus(
            Description="first",
            KmsKeyIdentifier=key,
            DeadLetterConfig={"Arn": dead_letters.arn},
            LogConfig={"Level": "ERROR", "IncludeDetail": "FULL"},
            Tags=[{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": "test"}],
        ),
    )
    described = events.describe_event_bus(Name="templated")
    assert described["Description"] == "first"
    assert described["KmsKeyIdentifier"] == key
    assert described["DeadLetterConfig"] == {"Arn": dead_letters.arn}
    assert described["LogConfig"] == {"Level": "ERROR", "IncludeDetail": "FULL"}

    deploy("bus", bus(LogConfig={"Level": "TRACE"}, Tags=[{"Key": "team", "Value": "billing"}]))
    described = events.describe_event_bus(Name="templated")
    assert described["LogConfig"]["Level"] == "TRACE"
    assert not {"Description", "KmsKeyIdentifier", "DeadLetterConfig"} & set(described)
    tags = events.list_tags_for_resource(ResourceARN=described["Arn"])["Tags"]
    assert tags == [{"Key": "team", "Value": "billing"}]


def test_two_policies_stand_beside_each_other(events, deploy, aws_account):
    def policy(sid):
        return {
            "Type": "AWS::Events::EventBusPolicy",
            "DependsOn": "Bus",
            "Properties": {
                "EventBusName": "templated",
                "StatementId": sid,
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "210987654321"},
                    "Action": "events:PutEvents",
                    "Resource": f"arn:aws:events:us-east-1:{aws_account}:event-bus/templated",
                },
            },
        }

    second = {**policy("second"), "DependsOn": ["Bus", "First"]}
    deploy("policies", {**bus(), "First": policy("first"), "Second": second})
    kept = json.loads(events.describe_event_bus(Name="templated")["Policy"])
    assert [statement["Sid"] for statement in kept["Statement"]] == ["first", "second"]


def rule(queue, letters, missing, **properties):
    return {
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": "templated",
                "EventBusName": "outside",
                "EventPattern": {"source": ["templated"]},
                "Targets": [
                    {
                        "Id": "missing",
                        "Arn": missing,
                        "DeadLetterConfig": {"Arn": letters.arn},
                        "RetryPolicy": {
                            "MaximumRetryAttempts": "2",
                            "MaximumEventAgeInSeconds": 120,
                        },
                    },
                    {"Id": "queue", "Arn": queue.arn},
                ],
                **properties,
            },
        }
    }


def test_a_rule_delivers_and_is_deleted_from_its_own_bus(
    events, deploy, queue, dead_letters, missing_queue, role
):
    events.create_event_bus(Name="outside")
    deploy("rule", rule(queue, dead_letters, missing_queue, RoleArn=role))
    where = {"EventBusName": "outside"}
    assert events.describe_rule(Name="templated", **where)["RoleArn"] == role
    targets = events.list_targets_by_rule(Rule="templated", **where)["Targets"]
    assert targets[0]["RetryPolicy"] == {
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 120,
    }
    entry = {"Source": "templated", "DetailType": "t", "Detail": "{}", **where}
    events.put_events(Entries=[entry])
    queue.wait_for()
    [letter] = dead_letters.wait_for()
    assert letter["attributes"]["ERROR_CODE"] == "NO_RESOURCE"

    deploy.delete("rule")
    assert events.list_rules(**where)["Rules"] == []


def test_a_target_that_is_refused_fails_the_stack(aws, queue):
    cloudformation = aws("cloudformation")
    far = queue.arn.replace("us-east-1", "eu-west-1")
    resources = {
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"source": ["far"]},
                "Targets": [{"Id": "far", "Arn": far}],
            },
        }
    }
    cloudformation.create_stack(StackName="far", TemplateBody=json.dumps({"Resources": resources}))
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName="far", WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    reasons = [
        event.get("ResourceStatusReason", "")
        for event in cloudformation.describe_stack_events(StackName="far")["StackEvents"]
    ]
    assert any("Provided Arn is not in correct format" in reason for reason in reasons)


@pytest.mark.parametrize("kind", ["EventBus", "Subscriber", "EventSource", "ResourcePolicy"])
def test_the_second_products_types_are_refused_by_name(aws, kind):
    resources = {"Other": {"Type": f"AWS::EventsV2::{kind}", "Properties": {"Name": "orders"}}}
    cloudformation = aws("cloudformation")
    made = cloudformation.create_change_set(
        StackName=f"second-{kind}",
        ChangeSetName="c",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": resources}),
    )

    def refused():
        change_set = cloudformation.describe_change_set(ChangeSetName=made["Id"])
        assert change_set["Status"] == "FAILED"
        assert f"AWS::EventsV2::{kind}" in change_set["StatusReason"]

    eventually(refused, within=SOON)
