"""What errors of targets mean to EventBridge, without an emulator."""

from __future__ import annotations

import pytest

from harness.overlays.event_delivery.dead_letter import attributes
from harness.overlays.event_delivery.failures import (
    DeliveryError,
    from_answer,
    from_http_status,
    of_assumed_role,
)

# Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
ANSWERS = {
    "SQS denies": ("AccessDenied", 403, "NO_PERMISSIONS", False),
    "Lambda denies": ("AccessDeniedException", 403, "NO_PERMISSIONS", False),
    "SNS denies": ("AuthorizationError", 403, "NO_PERMISSIONS", False),
    "the queue's key denies": ("KMS.AccessDeniedException", 400, "NO_PERMISSIONS", False),
    "no queue": ("AWS.SimpleQueueService.NonExistentQueue", 400, "NO_RESOURCE", False),
    "no function": ("ResourceNotFoundException", 404, "NO_RESOURCE", False),
    "no topic": ("NotFound", 404, "NO_RESOURCE", False),
    "no state machine": ("StateMachineDoesNotExist", 400, "NO_RESOURCE", False),
    "the queue's key is disabled": ("KMS.DisabledException", 400, "SDK_CLIENT_ERROR", False),
    "the queue's key is gone": ("KMS.NotFoundException", 400, "SDK_CLIENT_ERROR", False),
    "throttled": ("ThrottlingException", 400, "THROTTLING", True),
    "a full stream": ("ProvisionedThroughputExceededException", 400, "THROTTLING", True),
    "too many requests": ("TooManyRequestsException", 429, "THROTTLING", True),
    "a limit": ("ExecutionLimitExceeded", 400, "RESOURCE_LIMIT_EXCEEDED", True),
    "the execution exists": ("ExecutionAlreadyExists", 400, "RESOURCE_ALREADY_EXISTS", False),
    "being changed": ("ResourceConflictException", 409, "RESOURCE_MODIFICATION_COLLISION", True),
    "unavailable": ("ServiceUnavailable", 503, "INTERNAL_ERROR", True),
    "a bad parameter": ("InvalidParameterValue", 400, "INVALID_PARAMETER", False),
    "no JSON": ("InvalidExecutionInput", 400, "INVALID_JSON", False),
    "something else": ("UnsupportedOperation", 400, "SDK_CLIENT_ERROR", False),
}


@pytest.mark.parametrize(("code", "status", "means", "retried"), ANSWERS.values(), ids=ANSWERS)
def test_an_error_of_a_service(code, status, means, retried):
    failure = from_answer(
        {
            "Error": {"Code": code, "Message": "so it is"},
            "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "r"},
        }
    )
    assert (failure.code, failure.is_retried) == (means, retried)
    assert (failure.message, failure.status, failure.request_id) == ("so it is", status, "r")


# Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
STATUSES = {
    301: False,
    400: False,
    401: True,
    403: False,
    404: False,
    407: True,
    409: True,
    429: True,
    500: True,
    503: True,
}


@pytest.mark.parametrize(("status", "retried"), STATUSES.items(), ids=str)
def test_a_status_of_an_api(status, retried):
    assert from_http_status(status, "").is_retried is retried


def test_an_api_may_ask_not_to_be_tried_again():
    assert not from_http_status(503, "", not_before=None).is_retried


@pytest.mark.parametrize(
    ("code", "means"),
    [("AccessDenied", "FAILED_TO_ASSUME_ROLE"), ("Throttling", "TRANSIENT_ASSUME_ROLE")],
)
def test_a_role_that_cant_be_assumed(code, means):
    failure = of_assumed_role(from_answer({"Error": {"Code": code}}), "arn:aws:iam::1:role/r")
    assert failure.code == means
    assert failure.is_retried is (means == "TRANSIENT_ASSUME_ROLE")


def test_a_dead_letter_says_whose_it_is_and_why():
    failure = DeliveryError("THROTTLING", "too much")
    said = attributes(
        failure, rule_arn="rule", target_arn="target", retries=3, condition="MaximumRetryAttempts"
    )
    assert {name: value["StringValue"] for name, value in said.items()} == {
        "RULE_ARN": "rule",
        "TARGET_ARN": "target",
        "ERROR_CODE": "THROTTLING",
        "ERROR_MESSAGE": "too much",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "3",
    }
    assert {value["DataType"] for value in said.values()} == {"String"}


def test_no_condition_is_exhausted_where_nothing_is_retried():
    said = attributes(DeliveryError("NO_PERMISSIONS", "no"), rule_arn="rule", target_arn="target")
    assert "EXHAUSTED_RETRY_CONDITION" not in said
    assert said["RETRY_ATTEMPTS"]["StringValue"] == "0"


def test_an_event_that_never_came_to_a_rule_names_none():
    said = attributes(DeliveryError("EVENT_ENCRYPTION_FAILURE", "disabled"))
    assert set(said) == {"ERROR_CODE", "ERROR_MESSAGE"}
