"""Waits: the function doesn't run meanwhile, and goes on where it was."""

from __future__ import annotations

import json
import urllib.request

from harness import wire


def test_a_wait_suspends_the_function_and_ends_after_its_time(durable, begin):
    function = durable(
        "context.step(lambda _: 1)\ncontext.wait(Duration(1), name='pause')\nreturn 'over'"
    )
    execution = begin(function)
    started = execution.until("WaitStarted")
    assert started["WaitStartedDetails"]["Duration"] == 1
    assert execution.end()["Status"] == "SUCCEEDED"
    assert execution.types() == [
        "ExecutionStarted",
        "StepStarted",
        "StepSucceeded",
        "WaitStarted",
        "InvocationCompleted",
        "WaitSucceeded",
        "InvocationCompleted",
        "ExecutionSucceeded",
    ]
    succeeded = execution.until("WaitSucceeded")
    assert succeeded["WaitSucceededDetails"] == {"Duration": 1}
    assert succeeded["EventTimestamp"] >= started["WaitStartedDetails"]["ScheduledEndTimestamp"]


def test_what_waits_occupies_no_environment(durable, begin, run, emulator, aws_account):
    function = durable("context.wait(Duration(600))")
    first = begin(function)
    first.until("InvocationCompleted")
    second = begin(function)
    second.until("InvocationCompleted")
    with urllib.request.urlopen(emulator.endpoint_url + wire.ENVIRONMENTS_PATH) as answer:
        alive = json.load(answer)
    ours = [
        each for each in alive if (each["account"], each["function"]) == (aws_account, function)
    ]
    assert len(ours) == 1


def test_each_invocation_is_one_of_its_own(durable, run):
    function = durable("context.wait(Duration(1))\nreturn context.lambda_context.aws_request_id")
    last, execution = run(function)
    completed = [
        event["InvocationCompletedDetails"]["RequestId"]
        for event in execution.events()
        if event["EventType"] == "InvocationCompleted"
    ]
    assert len(set(completed)) == 2
    assert completed[-1] == last


def test_a_condition_is_asked_until_it_holds(durable, run):
    function = durable(
        """
def check(state, _):
    return state + 1
return context.wait_for_condition(check, WaitForConditionConfig(
    initial_state=0,
    wait_strategy=lambda state, attempt: (
        WaitForConditionDecision.stop_polling() if state >= 2
        else WaitForConditionDecision.continue_waiting(Duration(1))
    ),
))
"""
    )
    result, execution = run(function)
    assert result == 2
    assert execution.types().count("StepSucceeded") == 2
    first = execution.until("StepSucceeded")
    assert first["SubType"] == "WaitForCondition"
    assert first["StepSucceededDetails"]["RetryDetails"]["NextAttemptDelaySeconds"] == 1


def test_a_killed_environment_resumes_at_the_step_after_its_last_checkpoint(
    durable, begin, tmp_path
):
    function = durable(
        """
first = context.step(lambda _: "before", name="first")
def second(_):
    marker = pathlib.Path("/tmp/killed")
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), 9)
    return "after"
return [first, context.step(second, name="second")]
"""
    )
    execution = begin(function)
    told = execution.end(within=30)
    assert told["Status"] == "SUCCEEDED"
    assert json.loads(told["Result"]) == ["before", "after"]
    names = [event["Name"] for event in execution.events() if event["EventType"] == "StepSucceeded"]
    assert names == ["first", "second"]
    completed = execution.until("InvocationCompleted")
    assert (
        completed["InvocationCompletedDetails"]["Error"]["Payload"]["ErrorType"]
        == "Runtime.ExitError"
    )


def test_an_execution_times_out(durable, begin, lambda_client):
    function = durable(
        "context.wait(Duration(600))",
        DurableConfig={"ExecutionTimeout": 1, "RetentionPeriodInDays": 1},
    )
    told = begin(function).end()
    assert told["Status"] == "TIMED_OUT"
    assert told["Error"] == {"ErrorMessage": "Execution timed out after 1 seconds."}
