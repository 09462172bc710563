"""What can't be combined with tenant isolation.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

from .conftest import ISOLATED
from .test_invocation import MISSING, invalid_parameter, refusal_of

SNAP_START = {"ApplyOn": "PublishedVersions"}


def unsupported(what, more=""):
    return invalid_parameter(
        f"{what} is not supported for functions enabled with tenancy configuration.{more}"
    )


def test_a_function_url(lambda_client, isolated):
    call = lambda_client.create_function_url_config
    assert refusal_of(call, FunctionName=isolated, AuthType="NONE") == unsupported("Function URL")


def test_provisioned_concurrency(lambda_client, create):
    name = create(TenancyConfig=ISOLATED, Publish=True)["FunctionName"]
    refusal = refusal_of(
        lambda_client.put_provisioned_concurrency_config,
        FunctionName=name,
        Qualifier="1",
        ProvisionedConcurrentExecutions=1,
    )
    assert refusal == unsupported("Provisioned concurrency")


def test_snap_start_at_creation(create, lambda_client):
    refusal = refusal_of(create, FunctionName="never", TenancyConfig=ISOLATED, SnapStart=SNAP_START)
    assert refusal == unsupported("SnapStart")
    with pytest.raises(lambda_client.exceptions.ResourceNotFoundException):
        lambda_client.get_function(FunctionName="never")


def test_snap_start_later(lambda_client, isolated):
    call = lambda_client.update_function_configuration
    refusal = refusal_of(call, FunctionName=isolated, SnapStart=SNAP_START)
    assert refusal == unsupported("SnapStart")


def test_snap_start_that_is_off_is_no_combination(create):
    created = create(TenancyConfig=ISOLATED, SnapStart={"ApplyOn": "None"})
    assert created["TenancyConfig"] == ISOLATED


ONLY_APIS = " Only Api and HttpApi event sources are supported."
SOURCES = {
    "SQS": {"EventSourceArn": "arn:aws:sqs:us-east-1:111111111111:queue"},
    "Kinesis": {
        "EventSourceArn": "arn:aws:kinesis:us-east-1:111111111111:stream/s",
        "StartingPosition": "LATEST",
    },
    "DynamoDB": {
        "EventSourceArn": "arn:aws:dynamodb:us-east-1:111111111111:table/t/stream/s",
        "StartingPosition": "LATEST",
    },
}


@pytest.mark.parametrize("kind", SOURCES)
def test_an_event_source_mapping(lambda_client, isolated, kind):
    refusal = refusal_of(
        lambda_client.create_event_source_mapping, FunctionName=isolated, **SOURCES[kind]
    )
    assert refusal == unsupported(f"Event source '{kind}'", ONLY_APIS)
    mappings = lambda_client.list_event_source_mappings(FunctionName=isolated)
    assert mappings["EventSourceMappings"] == []


def test_an_event_source_mapping_that_moves_to_an_isolated_function(
    aws, lambda_client, ready, isolated
):
    queue = aws("sqs").create_queue(QueueName="source")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    mapping = lambda_client.create_event_source_mapping(
        FunctionName=ready(),
        EventSourceArn=arn["Attributes"]["QueueArn"],
        Enabled=False,
    )
    call = lambda_client.update_event_source_mapping
    refusal = refusal_of(call, UUID=mapping["UUID"], FunctionName=isolated)
    assert refusal["Error"]["Code"] == "InvalidParameterValueException"


@pytest.mark.parametrize("which", ["function URL", "provisioned concurrency", "SnapStart"])
def test_an_ordinary_function_may_have_each(lambda_client, ready, which):
    name = ready(Publish=True)
    match which:
        case "function URL":
            lambda_client.create_function_url_config(FunctionName=name, AuthType="NONE")
        case "provisioned concurrency":
            lambda_client.put_provisioned_concurrency_config(
                FunctionName=name, Qualifier="1", ProvisionedConcurrentExecutions=1
            )
        case "SnapStart":
            lambda_client.update_function_configuration(FunctionName=name, SnapStart=SNAP_START)


def test_a_service_that_names_no_tenant_is_refused(aws, role, isolated):
    """Any caller but API Gateway and the SDKs, here Step Functions."""
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": isolated},
        "End": True,
    }
    client = aws("stepfunctions")
    machine = client.create_state_machine(
        name="caller",
        definition=json.dumps({"StartAt": "Call", "States": {"Call": task}}),
        roleArn=role,
    )["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=machine)["executionArn"]

    def ended():
        answer = client.describe_execution(executionArn=execution)
        assert answer["status"] == "FAILED"
        return answer

    failure = eventually(ended, within=timedelta(seconds=20))
    assert failure["error"] == "Lambda.InvalidParameterValueException"
    assert failure["cause"].startswith(MISSING)
