"""Tenant isolation in stacks: created with it, replaced when it changes.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-tenancyconfig.html
"""

from __future__ import annotations

import copy
import itertools
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from harness.observe.eventually import eventually

from .conftest import ISOLATED

TEMPLATE = {
    "Parameters": {"Role": {"Type": "String"}},
    "Resources": {
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.13",
                "Handler": "index.handler",
                "Role": {"Ref": "Role"},
                "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"},
            },
        },
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "FunctionName": {"Ref": "Function"},
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
            },
        },
    },
    "Outputs": {
        "Name": {"Value": {"Ref": "Function"}},
        "Arn": {"Value": {"Fn::GetAtt": ["Function", "Arn"]}},
    },
}


def template(**properties: Any) -> str:
    """Return the template with more properties of its function."""
    document = copy.deepcopy(TEMPLATE)
    document["Resources"]["Function"]["Properties"] |= properties
    return json.dumps(document)


@dataclass
class Stack:
    """A stack of one function, updated through change sets."""

    client: Any
    name: str
    role: str
    numbers: Any = field(default_factory=itertools.count)

    def change(self, body: str, kind: str = "UPDATE") -> dict[str, dict[str, Any]]:
        """Apply a template, and return the change set's changes by logical id."""
        change_set = {"StackName": self.name, "ChangeSetName": f"change-{next(self.numbers)}"}
        self.client.create_change_set(
            **change_set,
            TemplateBody=body,
            ChangeSetType=kind,
            Parameters=[{"ParameterKey": "Role", "ParameterValue": self.role}],
        )

        def described() -> Any:
            answer = self.client.describe_change_set(**change_set)
            assert answer["Status"] == "CREATE_COMPLETE", answer.get("StatusReason")
            return answer

        changes = eventually(described, within=timedelta(seconds=20))["Changes"]
        self.client.execute_change_set(**change_set)
        eventually(self.assert_settled, within=timedelta(seconds=60))
        return {
            change["ResourceChange"]["LogicalResourceId"]: change["ResourceChange"]
            for change in changes
        }

    def assert_settled(self) -> None:
        assert not self.status.endswith("IN_PROGRESS")

    @property
    def status(self) -> str:
        return str(self._described["StackStatus"])

    @property
    def outputs(self) -> dict[str, str]:
        return {it["OutputKey"]: it["OutputValue"] for it in self._described["Outputs"]}

    def reasons(self, status: str) -> list[str]:
        """Return why resources reached a status, the latest first."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            event["ResourceStatusReason"]
            for event in events
            if event["ResourceStatus"] == status and "ResourceStatusReason" in event
        ]

    @property
    def _described(self) -> dict[str, Any]:
        stacks: list[dict[str, Any]]
        stacks = self.client.describe_stacks(StackName=self.name)["Stacks"]
        return stacks[0]


@pytest.fixture
def stack(aws, role, request):
    """A stack that isn't created yet."""
    # Unique: a deleted stack is there for a while, and so is its name.
    words = request.node.name.split("[")[0].removeprefix("test_")[:60].replace("_", "-")
    name = f"{words}-{uuid.uuid4().hex[:8]}"
    stack = Stack(aws("cloudformation"), name, role)
    yield stack
    stack.client.delete_stack(StackName=stack.name)


def isolation_of(client: Any, function: str) -> Any:
    return client.get_function_configuration(FunctionName=function).get("TenancyConfig")


def test_a_function_is_created_isolated(stack, lambda_client):
    stack.change(template(TenancyConfig=ISOLATED), "CREATE")
    assert stack.status == "CREATE_COMPLETE"
    name = stack.outputs["Name"]
    assert isolation_of(lambda_client, name) == ISOLATED
    assert stack.outputs["Arn"].endswith(f":function:{name}")


@pytest.mark.parametrize(
    ("before", "after"),
    [({}, {"TenancyConfig": ISOLATED}), ({"TenancyConfig": ISOLATED}, {})],
    ids=["turned on", "turned off"],
)
def test_a_changed_isolation_replaces_the_function(stack, lambda_client, before, after):
    stack.change(template(**before), "CREATE")
    old = stack.outputs

    changes = stack.change(template(**after))

    assert changes["Function"]["Action"] == "Modify"
    assert changes["Function"]["Replacement"] == "True"
    assert stack.status == "UPDATE_COMPLETE"
    new = stack.outputs
    assert new["Name"] != old["Name"]
    assert new["Arn"].endswith(new["Name"])
    assert isolation_of(lambda_client, new["Name"]) == after.get("TenancyConfig")
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName=old["Name"])
    policy = json.loads(lambda_client.get_policy(FunctionName=new["Name"])["Policy"])
    assert policy["Statement"][0]["Resource"] == new["Arn"]


def test_another_change_leaves_the_function_in_its_place(stack, lambda_client):
    stack.change(template(TenancyConfig=ISOLATED), "CREATE")
    name = stack.outputs["Name"]
    changes = stack.change(template(TenancyConfig=ISOLATED, MemorySize=256))
    assert changes["Function"]["Replacement"] == "False"
    assert stack.outputs["Name"] == name
    assert isolation_of(lambda_client, name) == ISOLATED


def test_a_custom_name_stands_in_the_way_of_replacement(stack, lambda_client):
    stack.change(template(FunctionName="named", TenancyConfig=ISOLATED), "CREATE")

    changes = stack.change(template(FunctionName="named"))

    assert changes["Function"]["Replacement"] == "True"
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reasons("UPDATE_FAILED") == [
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename named and update the stack again."
    ]
    assert isolation_of(lambda_client, "named") == ISOLATED
    assert lambda_client.get_policy(FunctionName="named")

    stack.change(template(FunctionName="renamed"))
    assert stack.status == "UPDATE_COMPLETE"
    assert isolation_of(lambda_client, "renamed") is None
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName="named")


def test_a_replacement_that_fails_leaves_the_deployed_function(stack, lambda_client):
    stack.change(template(), "CREATE")
    name = stack.outputs["Name"]
    stack.change(template(TenancyConfig={"TenantIsolationMode": "SHARED"}))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Member must satisfy enum value set: [PER_TENANT]" in stack.reasons("UPDATE_FAILED")[0]
    assert lambda_client.get_function(FunctionName=name)


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        (
            {"SnapStart": {"ApplyOn": "PublishedVersions"}},
            "SnapStart is not supported for functions enabled with tenancy configuration.",
        ),
        (
            {"TenancyConfig": {"TenantIsolationMode": "SHARED"}},
            "Member must satisfy enum value set: [PER_TENANT]",
        ),
    ],
    ids=["SnapStart", "unknown mode"],
)
def test_a_refused_function_fails_its_stack(stack, lambda_client, properties, reason):
    stack.change(template(**{"TenancyConfig": ISOLATED} | properties), "CREATE")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons("CREATE_FAILED")[0]
    names = {it["FunctionName"] for it in lambda_client.list_functions()["Functions"]}
    assert not any(name.startswith(stack.name) for name in names)
