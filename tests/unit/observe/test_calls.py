"""Recorded calls as people read them."""

from __future__ import annotations

from dataclasses import replace

from harness.observe.calls import RecordedCall, telling

CALL = RecordedCall(
    number=1,
    at=1_772_445_600.25,
    machine_at=0.0,
    took_seconds=0.01,
    account="111122223333",
    region="us-east-1",
    by="arn:aws:iam::111122223333:root",
    cause="",
    trace="1-5759e988-bd862e3fe1be46a994272793",
    request_id="r",
    service="sqs",
    operation="SendMessage",
    about={"QueueUrl": "http://sqs.us-east-1.localhost:4566/111122223333/orders"},
    status=200,
    error="",
    message="",
    decided_by="",
)


def calls(*errors):
    return [
        replace(CALL, number=number, error=error) for number, error in enumerate(errors, start=1)
    ]


def test_a_clients_call_in_a_line():
    assert str(CALL) == "10:00:00.250000 root → sqs:SendMessage orders: ok"


def test_a_services_call_in_a_line():
    call = replace(
        CALL,
        by="events.amazonaws.com",
        cause="arn:aws:events:us-east-1:111122223333:rule/all",
        error="AccessDenied",
        message="User: … is not authorized",
        decided_by="no statement of the queue's policy",
    )
    assert str(call) == (
        "10:00:00.250000 events.amazonaws.com for rule/all → sqs:SendMessage orders: "
        "AccessDenied: User: … is not authorized [no statement of the queue's policy]"
    )


def test_what_was_allowed_says_by_which_statement():
    call = replace(CALL, decided_by="Allow in statement 1 of the inline policy send")
    assert call.outcome == "ok [Allow in statement 1 of the inline policy send]"


def test_an_arn_is_shown_by_its_end_and_a_log_group_whole():
    arn = {"FunctionName": "arn:aws:lambda:us-east-1:111122223333:function:shop"}
    assert replace(CALL, about=arn).resource == "function:shop"
    assert replace(CALL, about={"logGroupName": "/aws/lambda/shop"}).resource == "/aws/lambda/shop"


def test_of_many_calls_those_that_failed_and_the_latest_are_told_in_order():
    found = calls("", "Denied", "", "", "")
    assert [call.number for call in telling(found, 3)] == [2, 4, 5]


def test_of_many_failures_the_latest_are_told():
    assert [call.number for call in telling(calls("a", "b", "", "c"), 2)] == [2, 4]
