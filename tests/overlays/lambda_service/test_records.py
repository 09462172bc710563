"""Destination records and dead letters, without an emulator.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

from datetime import UTC, datetime

from harness.overlays.lambda_service.asynchronous import (
    RETRIES_EXHAUSTED,
    SUCCESS,
    ZERO_RESERVED_CONCURRENCY,
    Attempt,
    Done,
)
from harness.overlays.lambda_service.records import (
    dead_letter_attributes,
    destination_record,
    detail_type,
    object_key,
)

AT = datetime(2026, 3, 2, 10, 5, 7, 9000, tzinfo=UTC)
ARN = "arn:aws:lambda:us-east-1:111111111111:function:orders:live"
ERROR = {"errorMessage": "no stock", "errorType": "ValueError", "stackTrace": []}
FAILED = Attempt(ERROR, failed=True)
THROTTLED = Attempt(error_code=429, error_message="Rate Exceeded.")


def record_of(attempt, done):
    return destination_record(
        at=AT,
        request_id="r-1",
        function_arn=ARN,
        version="7",
        payload=b'{"order": 1}',
        attempt=attempt,
        done=done,
    )


def test_the_record_of_a_success():
    assert record_of(Attempt({"ok": True}), Done(SUCCESS, invocations=1)) == {
        "version": "1.0",
        "timestamp": "2026-03-02T10:05:07.009Z",
        "requestContext": {
            "requestId": "r-1",
            "functionArn": ARN,
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"order": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "7"},
        "responsePayload": {"ok": True},
    }


def test_the_record_of_a_failure_says_so():
    record = record_of(FAILED, Done(RETRIES_EXHAUSTED, invocations=3))
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"] == ERROR


def test_what_never_ran_has_no_response():
    record = record_of(THROTTLED, Done(ZERO_RESERVED_CONCURRENCY, invocations=0))
    assert "responseContext" not in record
    assert "responsePayload" not in record


def test_an_event_bus_tells_success_from_failure():
    prefix = "Lambda Function Invocation Result - "
    assert detail_type(Done(SUCCESS, 1)) == f"{prefix}Success"
    assert detail_type(Done(RETRIES_EXHAUSTED, 3)) == f"{prefix}Failure"


def test_a_bucket_has_a_folder_for_each_day():
    assert object_key("orders", AT, "u-1") == (
        "aws/lambda/async/orders/2026/03/02/2026-03-02T10.05.07-u-1"
    )


def test_a_dead_letter_says_what_failed():
    assert dead_letter_attributes("r-1", FAILED) == {
        "RequestID": {"DataType": "String", "StringValue": "r-1"},
        "ErrorCode": {"DataType": "Number", "StringValue": "200"},
        "ErrorMessage": {"DataType": "String", "StringValue": "no stock"},
    }


def test_the_dead_letter_of_a_throttled_event_has_the_throttle():
    attributes = dead_letter_attributes("r-1", THROTTLED)
    assert attributes["ErrorCode"]["StringValue"] == "429"
    assert attributes["ErrorMessage"]["StringValue"] == "Rate Exceeded."


def test_a_long_error_message_is_cut_and_odd_characters_are_replaced():
    attempt = Attempt({"errorMessage": "\0" + "x" * 2000}, failed=True)
    message = dead_letter_attributes("r-1", attempt)["ErrorMessage"]["StringValue"]
    assert message == "?" + "x" * 1023
