"""Function URLs' events and responses, without an emulator.

Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.overlays.lambda_service.function_urls import (
    PRELUDE_END,
    PRELUDE_TYPE,
    MalformedResponseError,
    UrlRequest,
    UrlResponse,
    event,
    response,
    streamed_response,
)

REQUEST = UrlRequest(
    url_id="abc",
    domain="abc.lambda-url.us-east-1.localhost.localstack.cloud:4566",
    method="POST",
    path="/orders/1",
    query="size=1&colour=red&colour=blue",
    arguments=[("size", "1"), ("colour", "red"), ("colour", "blue")],
    headers=[("Content-Type", "text/plain"), ("X-Tag", "a"), ("X-Tag", "b"), ("Cookie", "k=v")],
    cookies=["k=v"],
    body=b"hello",
    source_ip="127.0.0.1",
    request_id="r-1",
    trace="Root=1-0",
    at=datetime(2026, 3, 2, 10, 5, 7, tzinfo=UTC),
    port=4566,
)
JSON = ("content-type", "application/json")


def test_the_event_of_a_request():
    composed = event(REQUEST)
    headers, context = composed.pop("headers"), composed.pop("requestContext")
    assert composed == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/orders/1",
        "rawQueryString": "size=1&colour=red&colour=blue",
        "cookies": ["k=v"],
        "queryStringParameters": {"size": "1", "colour": "red,blue"},
        "body": "hello",
        "isBase64Encoded": False,
    }
    assert headers["x-tag"] == "a,b"
    assert "cookie" not in headers
    assert context["time"] == "02/Mar/2026:10:05:07 +0000"
    assert context["timeEpoch"] == 1772445907000
    assert context["accountId"] == "anonymous"
    assert "authorizer" not in context


def test_a_signed_requests_event_says_who_signed():
    caller = {"accountId": "111111111111", "accessKey": "AKIA"}
    context = event(replace(REQUEST, caller=caller))["requestContext"]
    assert context["accountId"] == "111111111111"
    assert context["authorizer"] == {"iam": caller}


@pytest.mark.parametrize(
    ("content_type", "body", "is_base64"),
    [
        ("application/json", b"{}", False),
        ("text/html", "ä".encode(), False),
        ("image/png", b"\x89PNG", True),
        ("application/json", b"\x89PNG", True),
        ("", b"plain", True),
    ],
    ids=["JSON", "text", "image", "text that is none", "no type"],
)
def test_bodies_that_arent_text_come_in_base64(content_type, body, is_base64):
    composed = event(replace(REQUEST, headers=[("Content-Type", content_type)], body=body))
    assert composed["isBase64Encoded"] == is_base64
    expected = base64.b64encode(body).decode() if is_base64 else body.decode()
    assert composed["body"] == expected


def test_what_a_request_lacks_its_event_lacks():
    composed = event(replace(REQUEST, arguments=[], cookies=[], body=b""))
    assert not composed.keys() & {"queryStringParameters", "cookies", "body"}


ANSWERS = {
    "an object": ({"hello": "world"}, UrlResponse(headers=(JSON,), body=b'{"hello":"world"}')),
    "a list": (["hello", 3, True], UrlResponse(headers=(JSON,), body=b'["hello",3,true]')),
    "a string": ("hello", UrlResponse(headers=(JSON,), body=b"hello")),
    "a number": (3.1, UrlResponse(headers=(JSON,), body=b"3.1")),
    "nothing": (None, UrlResponse(headers=(JSON,), body=b"null")),
    "status and body": (
        {"statusCode": 201, "body": "made"},
        UrlResponse(201, (JSON,), b"made"),
    ),
    "status alone": ({"statusCode": "204"}, UrlResponse(204, (JSON,), b"")),
    "headers and cookies": (
        {"statusCode": 200, "headers": {"Content-Type": "text/html", "n": 1}, "cookies": ["a=b"]},
        UrlResponse(200, (("Content-Type", "text/html"), ("n", "1")), b"", ("a=b",)),
    ),
    "base64": (
        {"statusCode": 200, "body": base64.b64encode(b"\x89").decode(), "isBase64Encoded": True},
        UrlResponse(200, (JSON,), b"\x89"),
    ),
}


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_what_a_function_returns_becomes_a_response(answer, expected):
    assert response(json.dumps(answer).encode()) == expected


MALFORMED = {
    "a status that is none": {"statusCode": "high"},
    "a status out of range": {"statusCode": 999},
    "headers that are a list": {"statusCode": 200, "headers": ["a"]},
}


@pytest.mark.parametrize("answer", MALFORMED.values(), ids=MALFORMED)
def test_an_answer_of_the_wrong_form_cant_be_sent(answer):
    with pytest.raises(MalformedResponseError):
        response(json.dumps(answer).encode())


def test_a_stream_may_begin_with_status_headers_and_cookies():
    prelude = {"statusCode": 206, "headers": {"content-type": "audio/mpeg"}, "cookies": ["a=b"]}
    payload = json.dumps(prelude).encode() + PRELUDE_END + b"\x00\xff"
    assert streamed_response(payload, PRELUDE_TYPE) == UrlResponse(
        206, (("content-type", "audio/mpeg"),), b"\x00\xff", ("a=b",)
    )


def test_a_stream_without_them_is_sent_as_it_is():
    assert streamed_response(b"\x00", "") == UrlResponse(
        headers=(("content-type", "application/octet-stream"),), body=b"\x00"
    )
