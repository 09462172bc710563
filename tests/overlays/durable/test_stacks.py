"""Durable functions in stacks, from CloudFormation and from SAM."""

from __future__ import annotations

import json

import pytest

from harness.deploy.sam import translated
from harness.deploy.template import Template

from .conftest import HEADER, TRUST

BODY = HEADER + "@durable_execution\ndef handler(event, context):\n    return event\n"


def function(**properties):
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": BODY},
            **properties,
        },
    }


def template(**properties):
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
    return json.dumps(
        {
            "Resources": {
                "Role": role,
                "Function": function(**properties),
                "Version": {
                    "Type": "AWS::Lambda::Version",
                    "Properties": {"FunctionName": {"Ref": "Function"}},
                },
            },
            "Outputs": {"Name": {"Value": {"Ref": "Function"}}},
        }
    )


@pytest.fixture
def deploy(aws):
    """Creates or updates the stack of a template, and returns its function's name."""
    client = aws("cloudformation")

    def put(name, body, *, update=False):
        operation = client.update_stack if update else client.create_stack
        operation(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_IAM"])
        waiter = client.get_waiter("stack_update_complete" if update else "stack_create_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        outputs = client.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
        return outputs[0]["OutputValue"]

    return put


def test_a_stack_makes_a_function_durable_and_changes_it(deploy, lambda_client, run):
    config = {"ExecutionTimeout": "600", "RetentionPeriodInDays": 3}
    name = deploy("leave", template(DurableConfig=config))
    told = lambda_client.get_function_configuration(FunctionName=name, Qualifier="1")
    assert told["DurableConfig"] == {"ExecutionTimeout": 600, "RetentionPeriodInDays": 3}
    assert run(name, "hello", Qualifier="1")[0] == "hello"
    deploy("leave", template(DurableConfig={**config, "RetentionPeriodInDays": 5}), update=True)
    told = lambda_client.get_function_configuration(FunctionName=name)
    assert told["DurableConfig"]["RetentionPeriodInDays"] == 5


def test_sam_says_it_in_the_same_words(deploy, lambda_client, tmp_path):
    document = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Function": {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "InlineCode": BODY,
                    "DurableConfig": {"ExecutionTimeout": 60},
                },
            }
        },
        "Outputs": {"Name": {"Value": {"Ref": "Function"}}},
    }
    template_file = tmp_path / "template.yaml"
    plain = translated(Template(template_file, tmp_path, document), {}, region="us-east-1")
    name = deploy("sam", json.dumps(plain))
    told = lambda_client.get_function_configuration(FunctionName=name)
    assert told["DurableConfig"]["ExecutionTimeout"] == 60
