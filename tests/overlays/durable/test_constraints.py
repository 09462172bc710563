"""The service's model as a judge of requests: rules without an emulator."""

from __future__ import annotations

import botocore.session
import pytest

from harness.overlays.durable import configuration, constraints, retries

MODEL = botocore.session.get_session().get_service_model("lambda")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/a/b"
CHECKPOINT = {"DurableExecutionArn": ARN, "CheckpointToken": "abcd"}


def message(operation, members):
    return constraints.message_for(MODEL.operation_model(operation).input_shape, members)


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("CheckpointDurableExecution", CHECKPOINT),
        ("CheckpointDurableExecution", {**CHECKPOINT, "Updates": []}),
        ("GetDurableExecutionHistory", {"DurableExecutionArn": ARN, "MaxItems": 1000}),
        ("SendDurableExecutionCallbackHeartbeat", {"CallbackId": "YQ=="}),
        ("ListDurableExecutionsByFunction", {"FunctionName": "f", "Statuses": ["RUNNING"]}),
    ],
)
def test_what_the_model_allows(operation, members):
    assert message(operation, members) is None


@pytest.mark.parametrize(
    ("operation", "members", "constraint"),
    [
        (
            "CheckpointDurableExecution",
            {"DurableExecutionArn": ARN},
            "Value null at 'checkpointToken' failed to satisfy constraint: Member must not be null",
        ),
        (
            "GetDurableExecutionHistory",
            {"DurableExecutionArn": ARN, "MaxItems": 1001},
            "Value '1001' at 'maxItems' failed to satisfy constraint: "
            "Member must have value less than or equal to 1000",
        ),
        (
            "CheckpointDurableExecution",
            {**CHECKPOINT, "Updates": [{"Id": "1", "Type": "STEP", "Action": "PAUSE"}]},
            "Value 'PAUSE' at 'updates.1.member.action' failed to satisfy constraint: "
            "Member must satisfy enum value set: [START, SUCCEED, FAIL, RETRY, CANCEL]",
        ),
        (
            "CheckpointDurableExecution",
            {
                **CHECKPOINT,
                "Updates": [
                    {
                        "Id": "1",
                        "Type": "WAIT",
                        "Action": "START",
                        "WaitOptions": {"WaitSeconds": 0},
                    }
                ],
            },
            "Value '0' at 'updates.1.member.waitOptions.waitSeconds' failed to satisfy "
            "constraint: Member must have value greater than or equal to 1",
        ),
    ],
)
def test_what_the_model_refuses(operation, members, constraint):
    assert message(operation, members) == f"1 validation error detected: {constraint}"


def test_all_that_is_wrong_is_told():
    told = message("GetDurableExecutionHistory", {"DurableExecutionArn": "x", "MaxItems": -1})
    assert told.startswith("2 validation errors detected: ")
    assert told.count("failed to satisfy constraint") == 2


def test_what_is_secret_is_not_shown():
    update = {"Id": "1", "Type": "STEP", "Action": "SUCCEED", "Payload": "x" * 6291457}
    told = message("CheckpointDurableExecution", {**CHECKPOINT, "Updates": [update]})
    assert "Value at 'updates.1.member.payload' failed" in told
    assert "xx" not in told


def test_an_update_of_the_configuration_keeps_what_it_does_not_name():
    present = configuration.of_creation({"ExecutionTimeout": 60})
    assert present == {"ExecutionTimeout": 60, "RetentionPeriodInDays": 14}
    changed = configuration.of_update(present, {"ExecutionTimeout": 90})
    assert changed == {"ExecutionTimeout": 90, "RetentionPeriodInDays": 14}


def test_throttled_invocations_come_back_later_and_later():
    pauses = [retries.throttle_seconds(number) for number in range(1, 12)]
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == retries.LONGEST_THROTTLE_SECONDS
    assert pauses == sorted(pauses)
