"""Invoke with RequestResponse: answers, errors, the log's tail, what is refused.

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
"""

from __future__ import annotations

import base64
import json
import re

import pytest
from botocore.exceptions import ClientError

from .conftest import body_of

ECHO = """
import os, sys


def handler(event, context):
    print("got", event)
    match event:
        case {"raise": message}:
            raise ValueError(message)
        case {"exit": status}:
            sys.exit(status)
        case {"size": size}:
            return "x" * size
        case _:
            return event
"""


@pytest.fixture(scope="module")
def echo(create):
    return create(ECHO)


@pytest.mark.parametrize(
    "event",
    [{"a": 1}, ["b"], "c", 2.5, True, None],
    ids=["object", "list", "text", "number", "true", "null"],
)
def test_a_function_answers_with_what_it_returns(lambda_client, echo, event):
    response = lambda_client.invoke(FunctionName=echo, Payload=json.dumps(event))
    assert body_of(response) == event
    assert response["StatusCode"] == 200
    assert response["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in response


def test_an_empty_payload_is_an_empty_event(lambda_client, echo):
    assert body_of(lambda_client.invoke(FunctionName=echo)) == {}


def test_an_exception_is_a_function_error(lambda_client, echo):
    response = lambda_client.invoke(FunctionName=echo, Payload='{"raise": "no"}')
    error = body_of(response)
    assert response["StatusCode"] == 200
    assert response["FunctionError"] == "Unhandled"
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no")
    assert error["requestId"] == response["ResponseMetadata"]["RequestId"]
    assert any("raise ValueError(message)" in line for line in error["stackTrace"])


def test_the_tail_of_the_log_comes_with_the_answer(lambda_client, echo):
    response = lambda_client.invoke(FunctionName=echo, Payload="1", LogType="Tail")
    log = base64.b64decode(response["LogResult"]).decode()
    request = response["ResponseMetadata"]["RequestId"]
    lines = log.splitlines()
    assert f"START RequestId: {request} Version: $LATEST" in lines
    assert "got 1" in lines
    assert f"END RequestId: {request}" in lines
    assert re.search(
        rf"REPORT RequestId: {request}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB",
        log,
    )


def test_the_tail_is_four_kilobytes_long_at_most(lambda_client, create):
    chatty = create("def handler(event, context):\n    print('x' * 20_000)\n")
    response = lambda_client.invoke(FunctionName=chatty, LogType="Tail")
    assert len(base64.b64decode(response["LogResult"])) == 4096


def test_a_dry_run_runs_nothing(lambda_client, echo):
    response = lambda_client.invoke(FunctionName=echo, InvocationType="DryRun")
    assert response["StatusCode"] == 204


def test_a_function_that_isnt_there_is_refused(lambda_client):
    with pytest.raises(ClientError) as refused:
        lambda_client.invoke(FunctionName="nobody", Payload="not JSON")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert refused.value.response["Error"]["Message"].endswith(":function:nobody:$LATEST")


def test_a_payload_that_isnt_json_is_refused(lambda_client, echo):
    with pytest.raises(ClientError) as refused:
        lambda_client.invoke(FunctionName=echo, Payload="hello")
    error = refused.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error["Error"]["Code"] == "InvalidRequestContentException"
    assert error["Error"]["Message"].startswith(
        "Could not parse request body into json: Could not parse payload into json: "
        "Unrecognized token 'hello'"
    )
    assert error["Type"] == "User"


TOO_LARGE = {
    "6 MB request": (
        "RequestResponse",
        6 * 1024 * 1024,
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    ),
    "1 MB event": (
        "Event",
        1024 * 1024,
        "1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    ),
}


@pytest.mark.parametrize(("kind", "size", "message"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_payload_that_is_too_large_is_refused(lambda_client, echo, kind, size, message):
    with pytest.raises(ClientError) as refused:
        lambda_client.invoke(FunctionName=echo, InvocationType=kind, Payload=f'"{"x" * size}"')
    error = refused.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert error["Error"] == {"Code": "RequestTooLargeException", "Message": message}


def test_a_response_that_is_too_large_is_a_function_error(lambda_client, echo):
    response = lambda_client.invoke(FunctionName=echo, Payload=json.dumps({"size": 7_000_000}))
    assert response["FunctionError"] == "Unhandled"
    assert body_of(response) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": (
            "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
        ),
    }


def test_large_payloads_pass_both_ways(lambda_client, echo):
    text = "x" * 6_000_000
    response = lambda_client.invoke(FunctionName=echo, Payload=json.dumps(text))
    assert body_of(response) == text
