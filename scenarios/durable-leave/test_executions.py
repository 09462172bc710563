"""Executions by Lambda's API: how they are started, named, listed, told and stopped."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


@pytest.mark.claim("durable-leave.sync-limit")
def test_a_function_that_may_take_longer_than_15_minutes_cant_be_waited_for(
    stack, client, a_request
):
    with pytest.raises(ClientError) as refused:
        client("lambda").invoke(
            FunctionName=stack.outputs["ProcessAlias"],
            InvocationType="RequestResponse",
            Payload=json.dumps(a_request()),
        )

    error = refused.value.response
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error["Error"]["Code"] == "InvalidParameterValueException"
    assert error["Error"]["Message"] == (
        "You cannot synchronously invoke a durable function with an executionTimeout greater "
        "than 15 minutes."
    )


@pytest.mark.claim("durable-leave.sync-limit")
def test_a_function_that_takes_a_minute_can(stack, client, a_request):
    answer = client("lambda").invoke(
        FunctionName=stack.outputs["EstimateAlias"], Payload=json.dumps(a_request(end="2026-03-09"))
    )

    assert answer["StatusCode"] == 200
    assert json.loads(answer["Payload"].read()) == {"working_days": 6}


@pytest.mark.claim("durable-leave.idempotent-name")
def test_the_same_name_and_payload_start_one_execution(
    stack, client, post, a_request, ask, decide, names
):
    name = next(names)
    leave = ask(name=name)
    again = {**a_request(), "employee": leave.employee, "name": name}

    callback_id = leave.until_it_waits()
    assert post(again).json() == {"id": name, "execution": leave.execution}
    decide(callback_id, "approve")
    leave.until_it_ends()
    assert post(again).json() == {"id": name, "execution": leave.execution}

    assert executions(client, stack, DurableExecutionName=name) == [leave.execution]
    assert len(leave.of_type("CallbackStarted")) == 1


@pytest.mark.claim("durable-leave.idempotent-name")
@pytest.mark.parametrize("is_over", [False, True], ids=["running", "over"])
def test_another_payload_under_the_same_name_is_refused(
    stack, client, post, a_request, ask, decide, names, is_over
):
    name = next(names)
    leave = ask(name=name)
    callback_id = leave.until_it_waits()
    if is_over:
        decide(callback_id, "approve")
        leave.until_it_ends()

    response = post(a_request(name=name))

    assert response.status_code == 409
    assert "DurableExecutionAlreadyStartedException" in response.json()["message"]
    assert executions(client, stack, DurableExecutionName=name) == [leave.execution]


@pytest.mark.claim("durable-leave.history")
def test_status_and_result_are_served(ask, decide, stack):
    leave = ask()
    callback_id = leave.until_it_waits()
    running = leave.told()
    assert running["Status"] == "RUNNING"
    assert json.loads(running["InputPayload"])["employee"] == leave.employee
    assert "EndTimestamp" not in running

    decide(callback_id, "reject")

    assert leave.until_it_ends()["status"] == "rejected"
    told = leave.told()
    assert told["EndTimestamp"] >= told["StartTimestamp"] == running["StartTimestamp"]
    assert f":function:{stack.outputs['Process']}:" in told["FunctionArn"]


@pytest.mark.claim("durable-leave.history")
def test_the_history_is_served_in_order(ask, decide, client):
    leave = ask()
    decide(leave.until_it_waits(), "approve")
    leave.until_it_ends()

    events = leave.events()

    assert [event["EventId"] for event in events] == list(range(1, len(events) + 1))
    times = [event["EventTimestamp"] for event in events]
    assert times == sorted(times)
    kinds = [event["EventType"] for event in events]
    assert kinds == [
        "ExecutionStarted",
        *("StepStarted", "StepSucceeded"),  # record
        *("StepStarted", "StepSucceeded"),  # receipt
        "ContextStarted",
        "CallbackStarted",
        *("StepStarted", "StepSucceeded"),  # the e-mail to the manager
        "InvocationCompleted",
        "CallbackSucceeded",
        "ContextSucceeded",
        *("StepStarted", "StepSucceeded"),  # status
        *("StepStarted", "StepSucceeded"),  # notice
        "InvocationCompleted",
        "ExecutionSucceeded",
    ]
    backwards = client("lambda").get_durable_execution_history(
        DurableExecutionArn=leave.execution, ReverseOrder=True, IncludeExecutionData=False
    )["Events"]
    assert [event["EventId"] for event in backwards] == list(range(len(events), 0, -1))


@pytest.mark.claim("durable-leave.history")
def test_executions_are_listed_by_function(ask, decide, client, stack):
    running, over = ask(), ask()
    running.until_it_waits()
    decide(over.until_it_waits(), "approve")
    over.until_it_ends()

    both = {running.execution, over.execution}
    assert both <= set(executions(client, stack))
    assert both & set(executions(client, stack, Statuses=["RUNNING"])) == {running.execution}
    assert both & set(executions(client, stack, Statuses=["SUCCEEDED"])) == {over.execution}
    listed = executions(client, stack, DurableExecutionName=over.id)
    assert listed == [over.execution]


@pytest.mark.claim("durable-leave.history")
def test_an_execution_is_stopped(ask, decide, client):
    leave = ask()
    callback_id = leave.until_it_waits()

    stopped = client("lambda").stop_durable_execution(
        DurableExecutionArn=leave.execution,
        Error={"ErrorType": "Withdrawn", "ErrorMessage": "The employee stays"},
    )

    told = leave.told()
    assert told["Status"] == "STOPPED"
    assert told["Error"] == {"ErrorType": "Withdrawn", "ErrorMessage": "The employee stays"}
    assert told["EndTimestamp"] == stopped["StopTimestamp"]
    assert leave.of_type("ExecutionStopped")
    assert decide(callback_id, "approve").status_code == 400
    assert leave.status() == "pending"


@pytest.mark.claim("durable-leave.history")
def test_an_execution_that_doesnt_exist_is_an_error(ask, client):
    leave = ask()
    missing = leave.execution.rpartition("/")[0] + "/00000000-0000-0000-0000-000000000000"

    with pytest.raises(ClientError) as refused:
        client("lambda").get_durable_execution(DurableExecutionArn=missing)

    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"


def executions(client, stack, **asked):
    """Return the ARNs of the deployed version's executions."""
    alias = client("lambda").get_alias(FunctionName=stack.outputs["Process"], Name="live")
    pages = (
        client("lambda")
        .get_paginator("list_durable_executions_by_function")
        .paginate(
            FunctionName=stack.outputs["Process"], Qualifier=alias["FunctionVersion"], **asked
        )
    )
    return [each["DurableExecutionArn"] for page in pages for each in page["DurableExecutions"]]
