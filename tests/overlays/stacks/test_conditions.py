"""An update makes and deletes what the template's conditions say."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually

WITHIN = timedelta(seconds=60)
TEMPLATE = {
    "Parameters": {"Wanted": {"Type": "String"}},
    "Conditions": {"IsWanted": {"Fn::Equals": [{"Ref": "Wanted"}, "yes"]}},
    "Resources": {
        "Always": {"Type": "AWS::SNS::Topic"},
        "Queue": {"Type": "AWS::SQS::Queue", "Condition": "IsWanted"},
        # Refers to what goes with it, and to what stays.
        "Reading": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "IsWanted",
            "Properties": {
                "Protocol": "sqs",
                "TopicArn": {"Ref": "Always"},
                "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
            },
        },
    },
    "Outputs": {
        "Queue": {"Condition": "IsWanted", "Value": {"Ref": "Queue"}},
        "Which": {"Value": {"Fn::If": ["IsWanted", {"Fn::GetAtt": ["Queue", "Arn"]}, "none"]}},
    },
}


@pytest.fixture
def stack(aws):
    """Creates or updates a stack with its parameter, and returns its outputs and resources."""
    cloudformation, name = aws("cloudformation"), f"c{secrets.token_hex(4)}"
    made = []

    def bring(wanted: str) -> tuple[dict[str, str], set[str]]:
        act, status = (
            (cloudformation.update_stack, "UPDATE_COMPLETE")
            if made
            else (cloudformation.create_stack, "CREATE_COMPLETE")
        )
        parameters = [{"ParameterKey": "Wanted", "ParameterValue": wanted}]
        made.append(act(StackName=name, TemplateBody=json.dumps(TEMPLATE), Parameters=parameters))

        def has_settled():
            [found] = cloudformation.describe_stacks(StackName=name)["Stacks"]
            assert found["StackStatus"] == status
            return found

        outputs = eventually(has_settled, within=WITHIN).get("Outputs", [])
        found = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return (
            {one["OutputKey"]: one["OutputValue"] for one in outputs},
            {one["LogicalResourceId"] for one in found},
        )

    yield bring
    cloudformation.delete_stack(StackName=name)


def test_what_a_condition_no_longer_wants_is_deleted(stack, aws):
    outputs, resources = stack("yes")
    assert resources == {"Always", "Queue", "Reading"}
    queue = outputs["Queue"]

    outputs, resources = stack("no")
    assert resources == {"Always"}
    assert outputs == {"Which": "none"}
    with pytest.raises(ClientError) as gone:
        aws("sqs").get_queue_attributes(QueueUrl=queue)
    assert gone.value.response["Error"]["Code"].endswith("NonExistentQueue")

    outputs, resources = stack("yes")
    assert resources == {"Always", "Queue", "Reading"}
    assert aws("sqs").get_queue_attributes(QueueUrl=outputs["Queue"])


def test_what_a_condition_never_wanted_isnt_made_or_deleted(stack):
    assert stack("no")[1] == {"Always"}
    assert stack("yes")[1] == {"Always", "Queue", "Reading"}
