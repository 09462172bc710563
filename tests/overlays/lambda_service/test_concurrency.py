"""Reserved concurrency: what is over it is throttled.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from .conftest import body_of

# Tells a queue that it runs, and runs until another one has a message.
WAITER = """
import os

import boto3

sqs = boto3.client("sqs")


def handler(event, context):
    if not event.get("wait"):
        return "done"
    sqs.send_message(QueueUrl=os.environ["STARTED"], MessageBody="started")
    while not sqs.receive_message(QueueUrl=os.environ["GO_ON"], WaitTimeSeconds=5).get("Messages"):
        pass
    return "waited"
"""


class Running:
    """One invocation that runs until it is told to end."""

    def __init__(self, client, sqs, function, started, go_on, receive):
        self.client, self.sqs, self.function = client, sqs, function
        self.started, self.go_on, self.receive = started, go_on, receive
        self.pool = ThreadPoolExecutor(1)

    def __enter__(self):
        self.invocation = self.pool.submit(
            self.client.invoke, FunctionName=self.function, Payload=json.dumps({"wait": True})
        )
        self.receive(self.started)
        return self

    def end(self):
        self.sqs.send_message(QueueUrl=self.go_on, MessageBody="go on")
        return body_of(self.invocation.result())

    def __exit__(self, *_):
        if not self.invocation.done():
            self.end()
        self.pool.shutdown()


@pytest.fixture(scope="module")
def waiter(create, make_queue):
    """Creates a function that waits, and returns its name and its two queues."""

    def function(**members):
        (started, _), (go_on, _) = make_queue(), make_queue()
        variables = {"STARTED": started, "GO_ON": go_on}
        name = create(WAITER, Timeout=60, Environment={"Variables": variables}, **members)
        return name, started, go_on

    return function


@pytest.fixture
def running(lambda_client, aws, receive):
    """Has a function made by `waiter` run: `with running(waiting) as invocation: …`."""
    return lambda waiting: Running(lambda_client, aws("sqs"), *waiting, receive)


def refusal(client, function, **members):
    with pytest.raises(ClientError) as refused:
        client.invoke(FunctionName=function, Payload="{}", **members)
    return refused.value.response


def test_what_is_over_the_reserved_concurrency_is_throttled(lambda_client, waiter, running):
    waiting = waiter()
    lambda_client.put_function_concurrency(FunctionName=waiting[0], ReservedConcurrentExecutions=1)
    with running(waiting) as invocation:
        error = refusal(lambda_client, waiting[0])
        assert error["ResponseMetadata"]["HTTPStatusCode"] == 429
        assert error["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
        assert error["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
        assert error["Type"] == "User"
        assert invocation.end() == "waited"
    assert body_of(lambda_client.invoke(FunctionName=waiting[0], Payload="{}")) == "done"


def test_a_version_counts_against_its_functions_concurrency(lambda_client, waiter, running):
    waiting = waiter()
    version = lambda_client.publish_version(FunctionName=waiting[0])["Version"]
    lambda_client.put_function_concurrency(FunctionName=waiting[0], ReservedConcurrentExecutions=1)
    with running(waiting):
        error = refusal(lambda_client, waiting[0], Qualifier=version)
        assert error["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_other_functions_run_meanwhile(lambda_client, waiter, running):
    waiting, other = waiter(), waiter()[0]
    lambda_client.put_function_concurrency(FunctionName=waiting[0], ReservedConcurrentExecutions=1)
    with running(waiting):
        assert body_of(lambda_client.invoke(FunctionName=other, Payload="{}")) == "done"


def test_without_concurrency_nothing_runs(lambda_client, waiter):
    function = waiter()[0]
    lambda_client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    error = refusal(lambda_client, function)
    assert error["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert error["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    lambda_client.delete_function_concurrency(FunctionName=function)
    assert body_of(lambda_client.invoke(FunctionName=function, Payload="{}")) == "done"


def test_a_hundred_must_stay_unreserved(lambda_client, waiter):
    with pytest.raises(ClientError) as refused:
        lambda_client.put_function_concurrency(
            FunctionName=waiter()[0], ReservedConcurrentExecutions=901
        )
    assert refused.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": (
            "Specified ReservedConcurrentExecutions for function decreases account's "
            "UnreservedConcurrentExecution below its minimum value of [100]."
        ),
    }


def test_what_runs_ends_on_the_old_code_when_a_function_is_updated(lambda_client, waiter, running):
    from .conftest import archive, settled

    waiting = waiter()
    with running(waiting) as invocation:
        lambda_client.update_function_code(
            FunctionName=waiting[0],
            ZipFile=archive(app="def handler(event, context):\n    return 'new'\n"),
        )
        settled(lambda_client, waiting[0])
        assert body_of(lambda_client.invoke(FunctionName=waiting[0], Payload="{}")) == "new"
        assert invocation.end() == "waited"


def test_what_runs_ends_when_its_function_is_deleted(lambda_client, waiter, running):
    waiting = waiter()
    with running(waiting) as invocation:
        lambda_client.delete_function(FunctionName=waiting[0])
        assert invocation.end() == "waited"
