"""Steps: each runs once, whatever happens between them."""

from __future__ import annotations

import json


def test_a_step_is_told_in_the_history_and_its_result_is_the_executions(durable, run):
    function = durable("return context.step(lambda _: 'Hello, ' + event, name='greet')")
    result, execution = run(function, "World")
    assert result == "Hello, World"
    events = execution.events()
    assert [(event["EventId"], event["EventType"]) for event in events] == [
        (1, "ExecutionStarted"),
        (2, "StepStarted"),
        (3, "StepSucceeded"),
        (4, "InvocationCompleted"),
        (5, "ExecutionSucceeded"),
    ]
    assert events[0]["ExecutionStartedDetails"] == {
        "Input": {"Payload": '"World"', "Truncated": False},
        "ExecutionTimeout": 300,
    }
    assert events[2]["StepSucceededDetails"] == {
        "Result": {"Payload": '"Hello, World"', "Truncated": False},
        "RetryDetails": {"CurrentAttempt": 1},
    }
    assert (events[2]["Name"], events[2]["SubType"]) == ("greet", "Step")


def test_the_execution_is_described_with_input_and_result(durable, run):
    function = durable("return {'sum': context.step(lambda _: sum(event))}")
    _, execution = run(function, [1, 2])
    told = execution.get()
    assert told["Status"] == "SUCCEEDED"
    assert (told["InputPayload"], json.loads(told["Result"])) == ("[1, 2]", {"sum": 3})
    assert told["DurableExecutionArn"] == execution.arn
    assert told["DurableExecutionName"] in execution.arn
    assert told["FunctionArn"].endswith(f":function:{function}:$LATEST")
    assert told["Version"] == "$LATEST"
    assert told["StartTimestamp"] <= told["EndTimestamp"]


def test_a_step_that_fails_is_tried_again_after_its_pause(durable, run):
    function = durable(
        """
def flaky(step):
    marker = pathlib.Path("/tmp/" + event)
    if not marker.exists():
        marker.touch()
        raise RuntimeError("first time")
    return "second time"
strategy = create_retry_strategy(RetryStrategyConfig(max_attempts=3, initial_delay=Duration(1)))
return context.step(flaky, config=StepConfig(retry_strategy=strategy))
"""
    )
    result, execution = run(function, "flaky")
    assert result == "second time"
    assert execution.types()[1:-1] == [
        "StepStarted",
        "StepFailed",
        "InvocationCompleted",
        "StepStarted",
        "StepSucceeded",
        "InvocationCompleted",
    ]
    failed, succeeded = execution.events()[2], execution.events()[5]
    assert failed["StepFailedDetails"]["Error"]["Payload"]["ErrorMessage"] == "first time"
    assert failed["StepFailedDetails"]["RetryDetails"]["CurrentAttempt"] == 1
    assert failed["StepFailedDetails"]["RetryDetails"]["NextAttemptDelaySeconds"] >= 1
    assert succeeded["StepSucceededDetails"]["RetryDetails"] == {"CurrentAttempt": 2}


def test_an_error_nobody_catches_fails_the_execution(durable, run):
    function = durable("raise ValueError('no such leave')")
    error, execution = run(function)
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no such leave")
    told = execution.get()
    assert told["Status"] == "FAILED"
    assert told["Error"]["ErrorMessage"] == "no such leave"
    assert execution.types()[-2:] == ["InvocationCompleted", "ExecutionFailed"]
