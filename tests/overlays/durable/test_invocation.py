"""What Invoke does with a durable function: qualifiers, names, the caller who waits."""

from __future__ import annotations

import json

import pytest

UNQUALIFIED = (
    400,
    "InvalidParameterValueException",
    "You cannot invoke a durable function using an unqualified ARN.",
)
HOUR = {"ExecutionTimeout": 3600, "RetentionPeriodInDays": 1}


@pytest.fixture(scope="module")
def echo(durable):
    return durable("return event")


@pytest.fixture(scope="module")
def waiting(durable):
    return durable("return context.create_callback(name='decision').result()")


@pytest.mark.parametrize("kind", ["RequestResponse", "Event", "DryRun"])
def test_a_qualifier_is_needed(kind, echo, refusal):
    assert refusal("invoke", FunctionName=echo, InvocationType=kind) == UNQUALIFIED


def test_a_qualified_dry_run_starts_nothing(echo, lambda_client):
    answer = lambda_client.invoke(
        FunctionName=echo, Qualifier="$LATEST", InvocationType="DryRun", Payload="1"
    )
    assert answer["StatusCode"] == 204
    assert "DurableExecutionArn" not in answer


def test_a_qualifier_may_be_part_of_the_name(echo, run):
    result, execution = run(f"{echo}:$LATEST", {"a": 1}, Qualifier="$LATEST")
    assert result == {"a": 1}
    assert f":function:{echo}:$LATEST/durable-execution/" in execution.arn


def test_an_alias_is_resolved_as_the_execution_starts(durable, lambda_client, begin):
    function = durable("context.create_callback(name='c').result()\nreturn 'first'")
    first = lambda_client.publish_version(FunctionName=function)["Version"]
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion=first)
    execution = begin(function, qualifier="live")
    assert f":function:{function}:{first}/durable-execution/" in execution.arn
    callback = execution.callback_id()
    lambda_client.update_function_configuration(FunctionName=function, Description="second")
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName=function)
    second = lambda_client.publish_version(FunctionName=function)["Version"]
    lambda_client.update_alias(FunctionName=function, Name="live", FunctionVersion=second)
    lambda_client.send_durable_execution_callback_success(CallbackId=callback)
    told = execution.end()
    assert (told["Status"], told["Version"]) == ("SUCCEEDED", first)


def test_who_waits_gets_the_result_and_the_version(echo, lambda_client):
    answer = lambda_client.invoke(
        FunctionName=echo, Qualifier="$LATEST", Payload='{"a": "ö"}', LogType="Tail"
    )
    assert json.load(answer["Payload"]) == {"a": "ö"}
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert answer["LogResult"]


def test_who_waits_is_told_of_a_failure(durable, lambda_client):
    function = durable("raise ValueError('no')")
    answer = lambda_client.invoke(FunctionName=function, Qualifier="$LATEST")
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"])["errorMessage"] == "no"


def test_nobody_waits_for_more_than_fifteen_minutes(durable, refusal, begin):
    function = durable("return 1", DurableConfig=HOUR)
    assert refusal("invoke", FunctionName=function, Qualifier="$LATEST") == (
        400,
        "InvalidParameterValueException",
        "You cannot synchronously invoke a durable function with an executionTimeout greater than "
        "15 minutes.",
    )
    assert begin(function).end()["Status"] == "SUCCEEDED"


def test_a_name_makes_an_invocation_idempotent_while_it_runs(waiting, begin, lambda_client):
    first = begin(waiting, {"leave": 1}, name="leave-1")
    again = begin(waiting, {"leave": 1}, name="leave-1")
    assert first.arn == again.arn
    assert "/durable-execution/leave-1/" in first.arn
    lambda_client.send_durable_execution_callback_success(CallbackId=first.callback_id())
    first.end()
    assert first.types().count("CallbackStarted") == 1


def test_who_waits_for_a_name_that_runs_gets_its_result(waiting, begin, run, lambda_client):
    from concurrent.futures import ThreadPoolExecutor

    execution = begin(waiting, 1, name="shared")
    callback = execution.callback_id()
    with ThreadPoolExecutor() as pool:
        caller = pool.submit(run, waiting, 1, DurableExecutionName="shared")
        lambda_client.send_durable_execution_callback_success(CallbackId=callback, Result=b"yes")
        result, attached = caller.result()
    assert (result, attached.arn) == ("yes", execution.arn)


def test_a_closed_name_answers_without_running_again(echo, run):
    result, execution = run(echo, [1], DurableExecutionName="closed")
    again, same = run(echo, [1], DurableExecutionName="closed")
    assert (again, same.arn) == (result, execution.arn)
    assert execution.types().count("InvocationCompleted") == 1


@pytest.mark.parametrize("state", ["running", "closed"])
def test_a_name_with_another_event_is_a_conflict(state, waiting, begin, lambda_client, refusal):
    execution = begin(waiting, {"a": 1}, name=f"taken-{state}")
    callback = execution.callback_id()
    if state == "closed":
        lambda_client.send_durable_execution_callback_success(CallbackId=callback)
        execution.end()
    assert refusal(
        "invoke",
        FunctionName=waiting,
        Qualifier="$LATEST",
        InvocationType="Event",
        DurableExecutionName=f"taken-{state}",
        Payload='{"a": 2}',
    ) == (
        409,
        "DurableExecutionAlreadyStartedException",
        f"Execution already started: {execution.arn}",
    )


@pytest.mark.parametrize(
    ("name", "constraint"),
    [
        pytest.param(
            "a" * 65, "Member must have length less than or equal to 64", id="65 characters"
        ),
        pytest.param(
            "a b",
            "Member must satisfy regular expression pattern: [a-zA-Z0-9-_]+",
            id="a space",
        ),
    ],
)
def test_a_malformed_name_is_refused(name, constraint, echo, refusal):
    assert refusal("invoke", FunctionName=echo, Qualifier="$LATEST", DurableExecutionName=name) == (
        400,
        "ValidationException",
        f"1 validation error detected: Value '{name}' at 'durableExecutionName' failed to satisfy "
        f"constraint: {constraint}",
    )


def test_an_event_may_have_a_megabyte_and_a_waited_for_one_six(durable, begin, run, refusal):
    function = durable("return len(event)")
    length, _ = run(function, "x" * (6 * 1024 * 1024 - 2))
    assert length == 6 * 1024 * 1024 - 2
    code = refusal(
        "invoke",
        FunctionName=function,
        Qualifier="$LATEST",
        InvocationType="Event",
        Payload=json.dumps("x" * 1024 * 1024),
    )[1]
    assert code in ("RequestTooLargeException", "RequestEntityTooLargeException")


def test_a_function_that_does_not_answer_as_one_fails_its_execution(durable, run):
    function = durable("", source="def handler(event, context):\n    return {'Status': 'DONE'}\n")
    error, execution = run(function)
    assert error["errorMessage"] == "Invalid Status in invocation output."
    assert execution.get()["Error"]["ErrorType"] == "InvalidParameterValueException"


def test_nothing_pending_is_no_reason_to_suspend(durable, begin):
    function = durable(
        "", source="def handler(event, context):\n    return {'Status': 'PENDING'}\n"
    )
    told = begin(function).end(within=40)
    assert told["Error"]["ErrorMessage"] == (
        "Cannot return PENDING status with no pending operations."
    )


def test_a_durable_handler_of_an_ordinary_function_says_so(durable, lambda_client):
    function = durable("return 1", DurableConfig=None)
    answer = lambda_client.invoke(FunctionName=function)
    assert (
        "Unexpected payload provided to start the durable execution"
        in json.load(answer["Payload"])["errorMessage"]
    )
