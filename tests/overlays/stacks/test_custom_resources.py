"""Custom resources: what their functions are asked, and what stacks make of the answers.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

PYTHON = """
import json, os

import boto3
import cfnresponse


def handler(event, context):
    wanted = event["ResourceProperties"]
    boto3.client("sqs").send_message(
        QueueUrl=wanted["Heard"], MessageBody=json.dumps(event)
    )
    if wanted.get("Raise"):
        raise ValueError("the function broke")
    if wanted.get("Refuse") and event["RequestType"] != "Delete":
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, "refused", reason="not today")
        return
    data = {"Greeting": f"hello {wanted['Name']}", "Count": 3, "Nested": {"a": ["b"]}}
    cfnresponse.send(event, context, cfnresponse.SUCCESS, data, f"thing-{wanted['Name']}")
"""

NODE = """
const response = require("cfn-response");
exports.handler = (event, context) => {
  const name = event.ResourceProperties.Name;
  response.send(event, context, response.SUCCESS, {Greeting: `hello ${name}`}, `thing-${name}`);
};
"""


def template(heard, *, code=PYTHON, runtime="python3.13", **properties):
    return json.dumps(
        {
            "Resources": {
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "AssumeRolePolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": {"Service": "lambda.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                            },
                        }
                    },
                },
                "Maker": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Runtime": runtime,
                        "Handler": "index.handler",
                        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                        "Timeout": 30,
                        "Code": {"ZipFile": code},
                    },
                },
                "Thing": {
                    "Type": "Custom::Thing",
                    "Properties": {
                        "ServiceToken": {"Fn::GetAtt": ["Maker", "Arn"]},
                        "Heard": heard,
                        **properties,
                    },
                },
            },
            "Outputs": {
                "Id": {"Value": {"Ref": "Thing"}},
                "Greeting": {"Value": {"Fn::GetAtt": ["Thing", "Greeting"]}},
            },
        }
    )


class Stack:
    def __init__(self, client, name):
        self.client, self.name = client, name

    def create(self, body):
        self.client.create_stack(
            StackName=self.name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
        )
        return self.settled()

    def update(self, body):
        self.client.update_stack(
            StackName=self.name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"]
        )
        return self.settled()

    def delete(self):
        self.client.delete_stack(StackName=self.name)
        return self.settled()

    def settled(self):
        def over():
            found = self.client.describe_stacks(StackName=self.id)["Stacks"][0]
            assert not found["StackStatus"].endswith("IN_PROGRESS")
            return found["StackStatus"]

        return eventually(over, within=timedelta(seconds=60))

    @property
    def id(self):
        if not hasattr(self, "_id"):
            self._id = self.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]
        return self._id

    def outputs(self):
        found = self.client.describe_stacks(StackName=self.id)["Stacks"][0]["Outputs"]
        return {output["OutputKey"]: output["OutputValue"] for output in found}

    def reasons(self):
        events = self.client.describe_stack_events(StackName=self.id)["StackEvents"]
        return [e["ResourceStatusReason"] for e in events if e.get("ResourceStatusReason")]


@pytest.fixture
def stack(aws, request):
    name = "".join(c for c in request.node.name.replace("_", "-") if c.isalnum() or c == "-")
    return Stack(aws("cloudformation"), name[:100])


@pytest.fixture
def heard(aws, request):
    """A queue that hears what functions are asked."""
    return aws("sqs").create_queue(QueueName=request.node.name[:80])["QueueUrl"]


@pytest.fixture
def asked(aws, heard):
    """Takes the requests that were heard, the oldest first."""
    sqs = aws("sqs")

    def next_one():
        found = sqs.receive_message(QueueUrl=heard, WaitTimeSeconds=10)["Messages"][0]
        sqs.delete_message(QueueUrl=heard, ReceiptHandle=found["ReceiptHandle"])
        return json.loads(found["Body"])

    return next_one


def test_a_functions_answer_is_the_resource(stack, heard, asked):
    assert stack.create(template(heard, Name="ana", Number=5, Flag=True)) == "CREATE_COMPLETE"
    assert stack.outputs() == {"Id": "thing-ana", "Greeting": "hello ana"}
    request = asked()
    assert request["RequestType"] == "Create"
    assert request["StackId"] == stack.id
    assert request["LogicalResourceId"] == "Thing"
    assert request["ResourceType"] == "Custom::Thing"
    assert "PhysicalResourceId" not in request
    properties = request["ResourceProperties"]
    assert (properties["Name"], properties["Number"], properties["Flag"]) == ("ana", "5", "true")
    assert properties["ServiceToken"] == request["ServiceToken"]


def test_an_update_tells_old_from_new_and_another_id_replaces(stack, heard, asked):
    stack.create(template(heard, Name="ana"))
    asked()
    assert stack.update(template(heard, Name="bo")) == "UPDATE_COMPLETE"
    update, delete = asked(), asked()
    assert update["RequestType"] == "Update"
    assert update["PhysicalResourceId"] == "thing-ana"
    assert update["OldResourceProperties"]["Name"] == "ana"
    assert update["ResourceProperties"]["Name"] == "bo"
    assert (delete["RequestType"], delete["PhysicalResourceId"]) == ("Delete", "thing-ana")
    assert delete["ResourceProperties"]["Name"] == "ana"
    assert stack.outputs()["Id"] == "thing-bo"


def test_a_deleted_stack_asks_for_deletion(stack, heard, asked):
    stack.create(template(heard, Name="ana"))
    asked()
    assert stack.delete() == "DELETE_COMPLETE"
    request = asked()
    assert (request["RequestType"], request["PhysicalResourceId"]) == ("Delete", "thing-ana")


def test_a_refusal_fails_the_stack_with_its_reason(stack, heard, asked):
    assert stack.create(template(heard, Name="ana", Refuse="yes")) == "ROLLBACK_COMPLETE"
    request_id = asked()["RequestId"]
    assert any(
        "Received response status [FAILED] from custom resource. Message returned: not today "
        f"(RequestId: {request_id})" in reason
        for reason in stack.reasons()
    )


def test_a_function_that_breaks_fails_the_stack_at_once(stack, heard):
    assert stack.create(template(heard, Name="ana", Raise="yes")) == "ROLLBACK_COMPLETE"
    assert any(
        "The function of the custom resource failed: the function broke" in reason
        for reason in stack.reasons()
    )


def test_an_answer_that_doesnt_come_in_time_fails_the_stack(stack, heard):
    silent = template(
        heard, code="def handler(event, context):\n    pass\n", Name="ana", ServiceTimeout=1
    )
    assert stack.create(silent) == "ROLLBACK_COMPLETE"
    assert any(
        "CloudFormation did not receive a response from your custom resource" in reason
        for reason in stack.reasons()
    )


def test_nodes_response_module_answers_too(stack, heard):
    assert stack.create(template(heard, code=NODE, runtime="nodejs20.x", Name="bo")) == (
        "CREATE_COMPLETE"
    )
    assert stack.outputs() == {"Id": "thing-bo", "Greeting": "hello bo"}
