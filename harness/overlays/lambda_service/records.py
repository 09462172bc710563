"""What Lambda hands on of an asynchronous invocation: destination records, dead letters. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from .asynchronous import SUCCESS, Attempt, Done

LONGEST_ERROR_MESSAGE: Final = 1024


def destination_record(
    *,
    at: datetime,
    request_id: str,
    function_arn: str,
    version: str,
    payload: bytes,
    attempt: Attempt,
    done: Done,
) -> dict[str, Any]:
    """Compose the record of an invocation for its destination.

    Args:
        at: When it ended, aware.
        request_id: Of all its attempts.
        function_arn: With qualifier.
        version: The version that ran.
        payload: The event.
        attempt: The last attempt.
        done: How it ended.
    """
    record: dict[str, Any] = {
        "version": "1.0",
        "timestamp": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": function_arn,
            "condition": done.condition,
            "approximateInvokeCount": done.invocations,
        },
        "requestPayload": json.loads(payload),
    }
    if attempt.reached:
        record["responseContext"] = {
            "statusCode": attempt.error_code,
            "executedVersion": version,
            **({"functionError": "Unhandled"} if attempt.failed else {}),
        }
        record["responsePayload"] = attempt.payload
    return record


def detail_type(done: Done) -> str:
    """Return the record's detail type on an event bus."""
    outcome = "Success" if done.condition == SUCCESS else "Failure"
    return f"Lambda Function Invocation Result - {outcome}"


def object_key(function: str, at: datetime, unique: str) -> str:
    """Return the key of a failed invocation's record in a bucket."""
    return f"aws/lambda/async/{function}/{at:%Y/%m/%d}/{at:%Y-%m-%dT%H.%M.%S}-{unique}"


def dead_letter_attributes(request_id: str, attempt: Attempt) -> dict[str, dict[str, str]]:
    """Return the message attributes of an event that goes to a dead-letter queue."""
    message = attempt.error_message
    if attempt.reached and isinstance(attempt.payload, dict):
        message = attempt.payload.get("errorMessage")
    attributes = {
        "RequestID": {"DataType": "String", "StringValue": request_id},
        "ErrorCode": {"DataType": "Number", "StringValue": str(attempt.error_code)},
    }
    if message:
        text = printable(str(message))[:LONGEST_ERROR_MESSAGE]
        attributes["ErrorMessage"] = {"DataType": "String", "StringValue": text}
    return attributes


def printable(text: str) -> str:
    """Return a text without the characters that message attributes can't hold."""
    return "".join(c if c in "\t\n\r" or 0x20 <= ord(c) <= 0xFFFD else "?" for c in text)
