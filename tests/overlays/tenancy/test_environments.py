"""Environments bound to tenants: what they share, how many there are.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

from .conftest import ISOLATED, answer_of
from .test_invocation import refusal_of


@pytest.fixture
def function(ready):
    """A tenant-isolated function of the test's own."""
    return ready(TenancyConfig=ISOLATED, Timeout=30)


def test_each_tenant_goes_on_where_it_left_off(lambda_client, function):
    seen = [
        answer_of(lambda_client, function, TenantId=tenant)
        for tenant in ("ana", "ben", "ana", "ben", "ana")
    ]
    assert seen == [
        {"tenant": "ana", "calls": 1, "found": None},
        {"tenant": "ben", "calls": 1, "found": None},
        {"tenant": "ana", "calls": 2, "found": "ana"},
        {"tenant": "ben", "calls": 2, "found": "ben"},
        {"tenant": "ana", "calls": 3, "found": "ana"},
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("ana", "Ana"), ("ana", "ana."), ("a b", "a  b"), ("1", "01"), ("a" * 256, "a" * 255)],
    ids=["case", "full stop", "spaces", "leading zero", "length"],
)
def test_tenants_that_differ_in_a_character_are_two(lambda_client, function, one, other):
    assert answer_of(lambda_client, function, TenantId=one)["calls"] == 1
    assert answer_of(lambda_client, function, TenantId=other)["calls"] == 1
    assert answer_of(lambda_client, function, TenantId=one) == {
        "tenant": one,
        "calls": 2,
        "found": one,
    }


def test_a_tenant_needs_no_registration(lambda_client, function):
    tenants = [f"tenant-{number}" for number in range(12)]
    for tenant in tenants:
        assert answer_of(lambda_client, function, TenantId=tenant)["calls"] == 1
    assert [answer_of(lambda_client, function, TenantId=tenant)["calls"] for tenant in tenants] == [
        2
    ] * len(tenants)


def test_a_version_has_environments_of_its_own(lambda_client, function):
    version = lambda_client.publish_version(FunctionName=function)["Version"]
    answer_of(lambda_client, function, TenantId="ana")
    published = answer_of(lambda_client, function, TenantId="ana", Qualifier=version)
    assert published == {"tenant": "ana", "calls": 1, "found": None}


def test_an_ordinary_function_knows_no_tenant(lambda_client, ready):
    assert answer_of(lambda_client, ready())["tenant"] is None


def test_environments_are_capped_by_the_functions_concurrency(lambda_client, function):
    lambda_client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=2)
    for number in range(5):
        answer_of(lambda_client, function, TenantId=f"tenant-{number}")

    refusal = refusal_of(lambda_client.invoke, FunctionName=function, TenantId="one-more")
    assert refusal["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate exceeded"}
    assert refusal["Status"] == 429
    assert answer_of(lambda_client, function, TenantId="tenant-0")["calls"] == 2


def test_reserved_concurrency_of_none_refuses_every_tenant(lambda_client, function):
    lambda_client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    refusal = refusal_of(lambda_client.invoke, FunctionName=function, TenantId="ana")
    assert refusal["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert refusal["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


@pytest.fixture
def results(aws, lambda_client, function):
    """Reads what the function's asynchronous invocations ended with, one by one."""
    sqs = aws("sqs")
    queue = sqs.create_queue(QueueName=f"results-of-{function}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    destination = {"Destination": attributes["Attributes"]["QueueArn"]}
    lambda_client.put_function_event_invoke_config(
        FunctionName=function,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnSuccess": destination, "OnFailure": destination},
    )

    def next_result():
        def arrived():
            [message] = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1)["Messages"]
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return json.loads(message["Body"])

        return eventually(arrived, within=timedelta(seconds=30))

    return next_result


def test_an_asynchronous_invocation_keeps_its_tenant(lambda_client, function, results):
    lambda_client.invoke(FunctionName=function, InvocationType="Event", TenantId="ana")
    assert results()["responsePayload"] == {"tenant": "ana", "calls": 1, "found": None}
    assert answer_of(lambda_client, function, TenantId="ana")["calls"] == 2


def test_an_asynchronous_failure_happens_in_the_tenants_environment(
    lambda_client, function, results
):
    lambda_client.invoke(
        FunctionName=function,
        InvocationType="Event",
        TenantId="ana",
        Payload=json.dumps({"fail": True}),
    )
    assert results()["responsePayload"]["errorMessage"] == "asked to fail"
    assert answer_of(lambda_client, function, TenantId="ana")["calls"] == 2


def test_a_streamed_answer_comes_from_the_tenants_environment(lambda_client, function):
    answer_of(lambda_client, function, TenantId="ana")
    streamed = lambda_client.invoke_with_response_stream(
        FunctionName=function, TenantId="ana", Payload=b"{}"
    )
    chunks = [
        event["PayloadChunk"]["Payload"]
        for event in streamed["EventStream"]
        if "PayloadChunk" in event
    ]
    assert json.loads(b"".join(chunks)) == {"tenant": "ana", "calls": 2, "found": "ana"}
