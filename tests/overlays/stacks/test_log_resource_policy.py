"""AWS::Logs::ResourcePolicy in a template."""

from __future__ import annotations

import json

import pytest


def policy_of(service: str) -> dict:
    statement = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}
    return {"Statement": [{**statement, "Principal": {"Service": service}}]}


READER = policy_of("events.amazonaws.com")
WRITER = policy_of("es.amazonaws.com")


def template(document: dict) -> str:
    return json.dumps(
        {
            "Resources": {
                "Policy": {
                    "Type": "AWS::Logs::ResourcePolicy",
                    "Properties": {"PolicyName": "mine", "PolicyDocument": json.dumps(document)},
                }
            },
            "Outputs": {"Name": {"Value": {"Ref": "Policy"}}},
        }
    )


@pytest.fixture(scope="module")
def cloudformation(aws):
    return aws("cloudformation")


@pytest.fixture
def policies(aws):
    """Returns the documents of the account's policies by name."""

    def read() -> dict[str, dict]:
        found = aws("logs").describe_resource_policies()["resourcePolicies"]
        return {each["policyName"]: json.loads(each["policyDocument"]) for each in found}

    return read


def test_a_stack_makes_changes_and_removes_the_policy(cloudformation, policies):
    cloudformation.create_stack(StackName="policy", TemplateBody=template(READER))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="policy", WaiterConfig={"Delay": 1}
    )
    [stack] = cloudformation.describe_stacks(StackName="policy")["Stacks"]
    assert stack["Outputs"] == [{"OutputKey": "Name", "OutputValue": "mine"}]
    assert policies() == {"mine": READER}

    cloudformation.update_stack(StackName="policy", TemplateBody=template(WRITER))
    cloudformation.get_waiter("stack_update_complete").wait(
        StackName="policy", WaiterConfig={"Delay": 1}
    )
    assert policies() == {"mine": WRITER}

    cloudformation.delete_stack(StackName="policy")
    cloudformation.get_waiter("stack_delete_complete").wait(
        StackName="policy", WaiterConfig={"Delay": 1}
    )
    assert policies() == {}
