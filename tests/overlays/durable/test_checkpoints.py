"""The checkpoint protocol itself, spoken by a function without an SDK."""

from __future__ import annotations

import json

import pytest

INVALID = "InvalidParameterValueException"
TOKEN = [INVALID, "Invalid Checkpoint Token"]
STEP = {"Id": "1", "Type": "STEP", "Action": "START"}
DONE = {"Id": "1", "Type": "STEP", "Action": "SUCCEED", "Payload": '"a"'}
CLOSE = {"Id": "x", "Type": "EXECUTION", "Action": "SUCCEED", "Payload": "1"}
SOURCE = """
import json

import boto3

client = boto3.client("lambda")


def handler(event, context):
    first = event["InitialExecutionState"]["Operations"][0]
    asked = json.loads(first["ExecutionDetails"]["InputPayload"])
    tokens, told = [event["CheckpointToken"]], []
    for call in asked:
        token = call.pop("Token", -1)
        given = tokens[token] if isinstance(token, int) else token
        try:
            answer = client.checkpoint_durable_execution(
                DurableExecutionArn=event["DurableExecutionArn"], CheckpointToken=given, **call
            )
        except client.exceptions.ClientError as refused:
            error = refused.response["Error"]
            told.append([error["Code"], error["Message"]])
        else:
            tokens.append(answer["CheckpointToken"])
            operations = answer["NewExecutionState"]["Operations"]
            told.append({each["Id"]: each["Status"] for each in operations})
    return {"Status": "SUCCEEDED", "Result": json.dumps(told)}
"""


@pytest.fixture(scope="module")
def speaker(durable):
    """A function that makes the checkpoints in its event, and returns the answers."""
    return durable("", source=SOURCE)


@pytest.fixture
def said(speaker, run):
    def say(*calls):
        return run(speaker, list(calls))[0]

    return say


def test_a_checkpoint_is_answered_with_what_it_changed(said):
    assert said({"Updates": [STEP]}, {"Updates": [DONE]}, {}) == [
        {"1": "STARTED"},
        {"1": "SUCCEEDED"},
        {},
    ]


def test_a_token_is_good_for_one_checkpoint(said):
    assert said({"Updates": [STEP]}, {"Token": 0, "Updates": [DONE]}) == [{"1": "STARTED"}, TOKEN]


def test_the_same_checkpoint_may_be_repeated_with_its_client_token(said):
    once = {"Updates": [STEP], "ClientToken": "once"}
    again = {"Token": 0, "Updates": [STEP], "ClientToken": "once"}
    assert said(once, again) == [{"1": "STARTED"}, {"1": "STARTED"}]


@pytest.mark.parametrize("token", ["abcd", "e30="])
def test_a_token_that_is_none_is_refused(token, said):
    assert said({"Token": token, "Updates": [STEP]}) == [TOKEN]


def test_the_token_of_another_execution_is_refused(speaker, begin, said, durable, lambda_client):
    keeper = durable(
        "",
        source="def handler(event, context):\n    raise RuntimeError(event['CheckpointToken'])\n",
    )
    execution = begin(keeper)
    error = execution.until("InvocationCompleted")["InvocationCompletedDetails"]["Error"]
    lambda_client.stop_durable_execution(DurableExecutionArn=execution.arn)
    foreign = error["Payload"]["ErrorMessage"]
    assert said({"Token": foreign, "Updates": [STEP]}) == [TOKEN]


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        pytest.param([CLOSE, CLOSE], "Cannot checkpoint multiple EXECUTION updates.", id="two"),
        pytest.param([CLOSE, STEP], "EXECUTION checkpoint must be the last update.", id="last"),
        pytest.param(
            [STEP, STEP], "Cannot checkpoint multiple operations with the same ID.", id="same id"
        ),
        pytest.param([STEP | {"ParentId": "9"}], "Invalid parent operation id.", id="parent"),
        pytest.param(
            [STEP | {"Action": "CANCEL"}],
            "Invalid action for the given operation type.",
            id="action",
        ),
        pytest.param(
            [{"Id": "2", "Type": "WAIT", "Action": "CANCEL"}],
            "Cannot cancel a WAIT that does not exist or has already completed.",
            id="no wait",
        ),
        pytest.param(
            [DONE | {"Payload": "x" * (256 * 1024 + 1)}],
            "STEP output payload size must be less than or equal to 262144 bytes.",
            id="256 KB",
        ),
        pytest.param(
            [
                {
                    "Id": "1",
                    "Type": "STEP",
                    "Action": "FAIL",
                    "Error": {"ErrorMessage": "x" * 32768},
                }
            ],
            "Error object size must be less than 32768 bytes.",
            id="32 KB of error",
        ),
    ],
)
def test_what_an_update_may_not_say(updates, message, said):
    assert said({"Updates": updates}, {"Updates": [STEP]}) == [
        [INVALID, message],
        {"1": "STARTED"},
    ]


def test_a_closed_step_stays_closed(said):
    assert said({"Updates": [STEP, DONE]}, {"Updates": [DONE]})[1] == [
        INVALID,
        "Invalid current STEP state to close.",
    ]


def test_an_execution_may_have_three_thousand_operations(said):
    def steps(first, count):
        return {"Updates": [STEP | {"Id": str(first + number)} for number in range(count)]}

    batches = [steps(number * 500, 500) for number in range(5)]
    told = said(*batches, steps(2500, 499), steps(2999, 1))
    assert len(told[5]) == 499
    assert told[6] == [INVALID, "An execution can have at most 3000 operations."]


def test_the_model_judges_members(said):
    assert said({"Updates": [STEP | {"Name": "ö"}]}) == [
        [
            "ValidationException",
            "1 validation error detected: Value 'ö' at 'updates.1.member.name' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: [\\x20-\\x7E]+",
        ]
    ]


def test_an_execution_may_be_closed_by_a_checkpoint(speaker, run):
    result, execution = run(speaker, [{"Updates": [CLOSE]}])
    assert result == 1
    assert execution.get()["Result"] == "1"


def test_a_subtype_may_be_the_authors_own(speaker, run):
    _, execution = run(speaker, [{"Updates": [STEP | {"SubType": "Payment"}, DONE]}])
    assert execution.until("StepStarted")["SubType"] == "Payment"


def test_state_is_read_in_pages_while_the_function_runs(durable, run):
    function = durable(
        "",
        source="""
import json, boto3
client = boto3.client("lambda")
def handler(event, context):
    arn, token = event["DurableExecutionArn"], event["CheckpointToken"]
    steps = [{"Id": str(n), "Type": "STEP", "Action": "START"} for n in range(5)]
    token = client.checkpoint_durable_execution(
        DurableExecutionArn=arn, CheckpointToken=token, Updates=steps)["CheckpointToken"]
    pages = client.get_paginator("get_durable_execution_state").paginate(
        DurableExecutionArn=arn, CheckpointToken=token, PaginationConfig={"PageSize": 2})
    told = [[each["Id"] for each in page["Operations"]] for page in pages]
    return {"Status": "SUCCEEDED", "Result": json.dumps(told[0][1:] + told[1:])}
""",
    )
    assert run(function)[0] == ["0", ["1", "2"], ["3", "4"]]


def test_state_and_checkpoints_are_for_the_running_invocation(waiting, begin, refusal):
    execution = begin(waiting)
    execution.until("InvocationCompleted")
    assert refusal(
        "get_durable_execution_state", DurableExecutionArn=execution.arn, CheckpointToken="abcd"
    ) == (400, *TOKEN)


@pytest.fixture(scope="module")
def waiting(durable):
    return durable("return context.create_callback(name='decision').result()")


def test_another_sdk_of_the_functions_own_runs(durable, run, tmp_path, emulator):
    """The emulator's environment holds SDK 2; function runtimes have 3."""
    import io
    import zipfile
    from pathlib import Path

    from harness.emulator.environment import install_emulator

    home = Path(install_emulator().python).parents[1]
    package = next(home.glob("lib/python*/site-packages/aws_durable_execution_sdk_python"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for file in package.rglob("*.py"):
            zipped.write(file, file.relative_to(package.parent))
        zipped.writestr(
            "app.py",
            "from aws_durable_execution_sdk_python import durable_execution\n"
            "from aws_durable_execution_sdk_python.__about__ import __version__\n"
            "from aws_durable_execution_sdk_python.config import Duration\n"
            "@durable_execution\n"
            "def handler(event, context):\n"
            "    version = context.step(lambda _: __version__)\n"
            "    context.wait(Duration(1))\n"
            "    return version\n",
        )
    function = durable("", Code={"ZipFile": packed.getvalue()})
    result, _ = run(function)
    assert json.loads(json.dumps(result)).startswith("2.")
