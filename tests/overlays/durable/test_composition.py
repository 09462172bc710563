"""Executions that are made of others: child contexts, branches, maps, functions invoked."""

from __future__ import annotations

import json


def test_a_child_context_has_operations_of_its_own(durable, run):
    function = durable(
        """
def child(inner):
    return inner.step(lambda _: "inside", name="step")
return context.run_in_child_context(child, name="child")
"""
    )
    result, execution = run(function)
    assert result == "inside"
    events = execution.events()
    assert [event["EventType"] for event in events[1:5]] == [
        "ContextStarted",
        "StepStarted",
        "StepSucceeded",
        "ContextSucceeded",
    ]
    assert events[2]["ParentId"] == events[1]["Id"]


def test_branches_wait_side_by_side(durable, run):
    function = durable(
        """
def branch(seconds):
    def run(inner):
        inner.wait(Duration(seconds))
        return seconds
    return run
return context.parallel([branch(1), branch(2)]).get_results()
"""
    )
    result, execution = run(function)
    assert result == [1, 2]
    assert execution.types().count("WaitSucceeded") == 2


def test_a_map_runs_its_function_for_each_item(durable, run):
    function = durable(
        """
def item(inner, value, index, _):
    return inner.step(lambda _: value * 2)
return context.map([1, 2, 3], item).get_results()
"""
    )
    assert run(function)[0] == [2, 4, 6]


def test_an_ordinary_function_is_invoked_once(durable, run):
    target = durable(
        "", source="def handler(event, context):\n    return {'got': event}\n", DurableConfig=None
    )
    function = durable(f"return context.invoke('{target}', {{'a': 1}}, name='call')")
    result, execution = run(function)
    assert result == {"got": {"a": 1}}
    started = execution.until("ChainedInvokeStarted")["ChainedInvokeStartedDetails"]
    assert started["FunctionName"] == target
    assert json.loads(started["Input"]["Payload"]) == {"a": 1}
    assert "ChainedInvokeSucceeded" in execution.types()


def test_a_durable_function_is_an_execution_of_its_own(durable, run, lambda_client):
    target = durable("context.wait(Duration(1))\nreturn event + 1")
    function = durable(f"return context.invoke('{target}:$LATEST', 1, name='call')")
    result, execution = run(function)
    assert result == 2
    started = execution.until("ChainedInvokeStarted")["ChainedInvokeStartedDetails"]
    child = lambda_client.get_durable_execution(DurableExecutionArn=started["DurableExecutionArn"])
    assert (child["Status"], child["Result"]) == ("SUCCEEDED", "2")


def test_the_end_of_a_child_is_told_to_its_parent(durable, begin, lambda_client):
    target = durable("context.wait(Duration(600))")
    function = durable(f"context.invoke('{target}:$LATEST', 1, name='call')")
    execution = begin(function)
    execution.until("InvocationCompleted")
    child = execution.until("ChainedInvokeStarted")["ChainedInvokeStartedDetails"]
    lambda_client.stop_durable_execution(
        DurableExecutionArn=child["DurableExecutionArn"], Error={"ErrorMessage": "enough"}
    )
    assert execution.end()["Status"] == "FAILED"
    stopped = execution.until("ChainedInvokeStopped")["ChainedInvokeStoppedDetails"]
    assert stopped["Error"]["Payload"] == {"ErrorMessage": "enough"}


def test_a_child_that_times_out_is_told_so(durable, run):
    target = durable("context.wait(Duration(600))", DurableConfig={"ExecutionTimeout": 1})
    function = durable(f"context.invoke('{target}:$LATEST', 1, name='call')")
    _, execution = run(function)
    timed_out = execution.until("ChainedInvokeTimedOut")["ChainedInvokeTimedOutDetails"]
    assert timed_out["Error"]["Payload"] == {
        "ErrorType": "ChainedInvoke.Timeout",
        "ErrorMessage": "CHAINED_INVOKE timed out after 1 seconds.",
    }


def test_a_target_that_cannot_be_invoked_fails_at_once(durable, run):
    target = durable("return 1")
    function = durable(
        f"""
told = []
for name in ("nowhere", "{target}"):
    try:
        context.invoke(name, 1)
    except Exception as error:
        told.append(str(error))
return told
"""
    )
    told, execution = run(function)
    assert told[0].startswith("Function not found: arn:aws:lambda:")
    assert told[1] == "You cannot invoke a durable function using an unqualified ARN."
    assert execution.types().count("InvocationCompleted") == 1
