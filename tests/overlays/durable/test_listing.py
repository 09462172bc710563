"""Executions looked at, listed and stopped; histories in pages, backwards, without data."""

from __future__ import annotations

from datetime import timedelta

import pytest

UNKNOWN = (404, "ResourceNotFoundException", "Durable Execution does not exist")


@pytest.fixture(scope="module")
def waiting(durable):
    return durable("return context.create_callback(name='decision').result()")


def listed(client, function, **asked):
    pages = client.get_paginator("list_durable_executions_by_function").paginate(
        FunctionName=function, **asked
    )
    return [each["DurableExecutionName"] for page in pages for each in page["DurableExecutions"]]


def test_executions_are_listed_by_what_is_asked(durable, begin, lambda_client):
    function = durable("return event if event else context.create_callback(name='c').result()")
    for name in ("leave-1", "leave-2", "other-3"):
        begin(function, name, name=name).end()
    running = begin(function, None, name="leave-4")
    running.callback_id()
    assert listed(lambda_client, function) == ["leave-1", "leave-2", "other-3", "leave-4"]
    assert listed(lambda_client, function, ReverseOrder=True)[0] == "leave-4"
    assert listed(lambda_client, function, Statuses=["RUNNING"]) == ["leave-4"]
    assert len(listed(lambda_client, function, Statuses=["RUNNING", "SUCCEEDED"])) == 4
    assert listed(lambda_client, function, DurableExecutionName="other") == ["other-3"]
    start = running.get()["StartTimestamp"]
    assert listed(lambda_client, function, StartedAfter=start - timedelta(milliseconds=1)) == [
        "leave-4"
    ]
    assert len(listed(lambda_client, function, StartedBefore=start)) == 3
    paged = listed(lambda_client, function, PaginationConfig={"PageSize": 1})
    assert paged == ["leave-1", "leave-2", "other-3", "leave-4"]


def test_a_listing_is_of_one_version(durable, begin, lambda_client):
    function = durable("return 1", Publish=True)
    begin(function, name="latest").end()
    begin(function, name="published", qualifier="1").end()
    assert listed(lambda_client, function) == ["latest"]
    assert listed(lambda_client, function, Qualifier="1") == ["published"]


def test_a_function_that_is_not_there_has_no_listing(refusal):
    status, code, message = refusal("list_durable_executions_by_function", FunctionName="nowhere")
    assert (status, code) == (404, "ResourceNotFoundException")
    assert message.startswith("Function not found: arn:aws:lambda:")


def test_a_running_execution_is_stopped(waiting, begin, lambda_client, refusal):
    execution = begin(waiting)
    callback = execution.callback_id()
    stopped = lambda_client.stop_durable_execution(
        DurableExecutionArn=execution.arn,
        Error={"ErrorType": "Withdrawn", "ErrorMessage": "no longer needed"},
    )
    told = execution.get()
    assert told["Status"] == "STOPPED"
    assert told["Error"] == {"ErrorType": "Withdrawn", "ErrorMessage": "no longer needed"}
    assert told["EndTimestamp"] == stopped["StopTimestamp"]
    assert execution.types()[-1] in ("ExecutionStopped", "InvocationCompleted")
    late = refusal("send_durable_execution_callback_success", CallbackId=callback)
    assert late[1] == "CallbackTimeoutException"


def test_a_finished_execution_is_stopped_without_effect(durable, begin, lambda_client):
    execution = begin(durable("return 1"))
    ended = execution.end()["EndTimestamp"]
    stopped = lambda_client.stop_durable_execution(DurableExecutionArn=execution.arn)
    assert stopped["StopTimestamp"] == ended
    assert execution.status() == "SUCCEEDED"


@pytest.mark.parametrize(
    "operation",
    ["get_durable_execution", "get_durable_execution_history", "stop_durable_execution"],
)
def test_an_execution_that_is_not_there_is_not_found(operation, waiting, begin, refusal):
    execution = begin(waiting)
    other = execution.arn[:-1] + ("0" if execution.arn[-1] != "0" else "1")
    assert refusal(operation, DurableExecutionArn=other) == UNKNOWN


def test_a_malformed_arn_is_refused(refusal):
    status, code, message = refusal("get_durable_execution", DurableExecutionArn="arn:aws:x")
    assert (status, code) == (400, "ValidationException")
    assert "Value 'arn:aws:x' at 'durableExecutionArn' failed to satisfy constraint" in message


def test_a_history_comes_in_pages_and_backwards(durable, begin, lambda_client, refusal):
    function = durable(
        "for number in range(10):\n    context.step(lambda _: number, name=f'step-{number}')"
    )
    execution = begin(function)
    execution.end()
    ids = list(range(1, 24))
    assert [event["EventId"] for event in execution.events()] == ids
    small = execution.events(PaginationConfig={"PageSize": 4})
    assert [event["EventId"] for event in small] == ids
    backwards = execution.events(ReverseOrder=True, PaginationConfig={"PageSize": 4})
    assert [event["EventId"] for event in backwards] == ids[::-1]
    assert refusal(
        "get_durable_execution_history", DurableExecutionArn=execution.arn, Marker="nonsense"
    ) == (400, "InvalidParameterValueException", "Invalid marker")


def test_a_history_without_data_says_that_it_was_cut_off(durable, begin, lambda_client):
    execution = begin(durable("return context.step(lambda _: 'secret')"), "secret")
    execution.end()
    events = execution.events(IncludeExecutionData=False)
    assert "secret" not in str(events)
    assert events[0]["ExecutionStartedDetails"]["Input"] == {"Truncated": True}
    assert events[2]["StepSucceededDetails"]["Result"] == {"Truncated": True}
    whole = lambda_client.get_durable_execution_history(DurableExecutionArn=execution.arn)
    assert whole["Events"][0]["ExecutionStartedDetails"]["Input"]["Payload"] == '"secret"'


def test_sixty_steps_of_a_hundred_kilobytes_are_replayed_and_read(durable, begin, lambda_client):
    function = durable(
        """
kept = [context.step(lambda _: "x" * 100_000, name=f"step-{n}") for n in range(60)]
context.wait(Duration(1))
return sum(len(each) for each in kept)
""",
        Timeout=120,
    )
    execution = begin(function)
    assert execution.end(within=90)["Result"] == "6000000"
    assert execution.types().count("StepSucceeded") == 60
    page = lambda_client.get_durable_execution_history(
        DurableExecutionArn=execution.arn, IncludeExecutionData=True, MaxItems=1000
    )
    assert page["NextMarker"]
