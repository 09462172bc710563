"""Callbacks: an execution waits for somebody outside."""

from __future__ import annotations

import json

import pytest

LATE = (
    400,
    "CallbackTimeoutException",
    "The callback is either timed out or already completed",
)
WAITS = """
callback = context.create_callback(name="decision", config=CallbackConfig(
    timeout=Duration(event.get("timeout", 0)),
    heartbeat_timeout=Duration(event.get("heartbeat", 0)),
))
context.step(lambda _: callback.callback_id, name="send")
return callback.result()
"""


@pytest.fixture(scope="module")
def waiting(durable):
    return durable(WAITS)


def test_a_result_resumes_the_execution(waiting, begin, lambda_client):
    execution = begin(waiting, {})
    callback = execution.callback_id()
    execution.until("InvocationCompleted")
    lambda_client.send_durable_execution_callback_success(
        CallbackId=callback, Result=json.dumps({"approved": True})
    )
    told = execution.end()
    assert json.loads(json.loads(told["Result"])) == {"approved": True}
    assert execution.types() == [
        "ExecutionStarted",
        "CallbackStarted",
        "StepStarted",
        "StepSucceeded",
        "InvocationCompleted",
        "CallbackSucceeded",
        "InvocationCompleted",
        "ExecutionSucceeded",
    ]


def test_an_error_reaches_the_function(waiting, begin, lambda_client):
    execution = begin(waiting, {})
    lambda_client.send_durable_execution_callback_failure(
        CallbackId=execution.callback_id(),
        Error={"ErrorType": "Rejected", "ErrorMessage": "not this week"},
    )
    told = execution.end()
    assert (told["Status"], told["Error"]["ErrorMessage"]) == ("FAILED", "not this week")
    failed = execution.until("CallbackFailed")["CallbackFailedDetails"]["Error"]["Payload"]
    assert failed == {"ErrorType": "Rejected", "ErrorMessage": "not this week"}


def test_a_callback_times_out(waiting, begin, refusal):
    execution = begin(waiting, {"timeout": 1})
    started = execution.until("CallbackStarted")["CallbackStartedDetails"]
    assert started["Timeout"] == 1
    assert execution.end()["Status"] == "FAILED"
    timed_out = execution.until("CallbackTimedOut")["CallbackTimedOutDetails"]
    assert timed_out["Error"]["Payload"] == {
        "ErrorType": "Callback.Timeout",
        "ErrorMessage": "Callback timed out",
    }
    late = refusal(
        "send_durable_execution_callback_success", CallbackId=started["CallbackId"], Result=b"1"
    )
    assert late == LATE


def test_a_callback_without_a_heartbeat_times_out_earlier(waiting, begin):
    execution = begin(waiting, {"timeout": 600, "heartbeat": 1})
    assert execution.end()["Status"] == "FAILED"
    timed_out = execution.until("CallbackTimedOut")["CallbackTimedOutDetails"]
    assert timed_out["Error"]["Payload"] == {
        "ErrorType": "Callback.Heartbeat",
        "ErrorMessage": "Callback timed out on heartbeat",
    }


def test_a_heartbeat_puts_its_own_timeout_off(waiting, begin, lambda_client):
    execution = begin(waiting, {"timeout": 600, "heartbeat": 2})
    callback = execution.callback_id()
    started = execution.until("CallbackStarted")["EventTimestamp"]
    execution.until("InvocationCompleted")
    lambda_client.send_durable_execution_callback_heartbeat(CallbackId=callback)
    execution.end()
    ended = execution.until("CallbackTimedOut")["EventTimestamp"]
    assert (ended - started).total_seconds() > 2


@pytest.mark.parametrize(
    "operation",
    [
        "send_durable_execution_callback_success",
        "send_durable_execution_callback_failure",
        "send_durable_execution_callback_heartbeat",
    ],
)
def test_a_completed_callback_takes_nothing_more(operation, waiting, begin, lambda_client, refusal):
    execution = begin(waiting, {})
    callback = execution.callback_id()
    lambda_client.send_durable_execution_callback_success(CallbackId=callback)
    assert refusal(operation, CallbackId=callback) == LATE


def test_ids_of_two_executions_never_mix(waiting, begin, lambda_client):
    first, second = begin(waiting, {}), begin(waiting, {})
    ids = first.callback_id(), second.callback_id()
    assert ids[0] != ids[1]
    lambda_client.send_durable_execution_callback_success(CallbackId=ids[1], Result=b'"second"')
    assert json.loads(json.loads(second.end()["Result"])) == "second"
    assert first.status() == "RUNNING"
    lambda_client.send_durable_execution_callback_success(CallbackId=ids[0], Result=b'"first"')
    assert json.loads(json.loads(first.end()["Result"])) == "first"


def test_wait_for_callback_hands_the_id_to_its_submitter(durable, begin, lambda_client):
    function = durable(
        "return context.wait_for_callback(lambda callback, _: print(callback), name='approval')"
    )
    execution = begin(function)
    callback = execution.callback_id()
    execution.until("InvocationCompleted")
    lambda_client.send_durable_execution_callback_success(CallbackId=callback, Result=b"yes")
    execution.end()
    assert execution.types()[1:-1] == [
        "ContextStarted",
        "CallbackStarted",
        "StepStarted",
        "StepSucceeded",
        "InvocationCompleted",
        "CallbackSucceeded",
        "ContextSucceeded",
        "InvocationCompleted",
    ]


@pytest.mark.parametrize(
    ("callback", "code", "message"),
    [
        pytest.param("abcd", "InvalidParameterValueException", "Invalid callback id", id="ours"),
        pytest.param(
            "not base64!",
            "ValidationException",
            "1 validation error detected: Value 'not base64!' at 'callbackId' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [A-Za-z0-9+/]+={0,2}",
            id="pattern",
        ),
    ],
)
def test_an_id_that_is_none_is_refused(callback, code, message, refusal):
    answered = refusal("send_durable_execution_callback_heartbeat", CallbackId=callback)
    assert answered == (400, code, message)


def test_a_result_may_have_a_megabyte(waiting, begin, lambda_client, refusal):
    execution = begin(waiting, {})
    callback = execution.callback_id()
    limit = 1024 * 1024
    assert refusal(
        "send_durable_execution_callback_success", CallbackId=callback, Result=b"x" * (limit + 1)
    ) == (
        400,
        "ValidationException",
        "1 validation error detected: Value at 'result' failed to satisfy constraint: "
        f"Member must have length less than or equal to {limit}",
    )
    lambda_client.send_durable_execution_callback_success(CallbackId=callback, Result=b"x" * limit)
    assert execution.end()["Status"] == "SUCCEEDED"
