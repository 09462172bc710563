"""Durable functions to invoke, and their executions to look at."""

from __future__ import annotations

import io
import itertools
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

DURABLE = {"ExecutionTimeout": 300, "RetentionPeriodInDays": 7}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
HEADER = """
import json, os, pathlib, time
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.config import *
from aws_durable_execution_sdk_python.retries import *
from aws_durable_execution_sdk_python.waits import *

"""


def archive(source: str) -> bytes:
    """Return a deployment package whose only module is `app`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        zipped.writestr("app.py", source)
    return packed.getvalue()


@pytest.fixture(scope="module")
def lambda_client(aws: Callable[..., Any]) -> Any:
    return aws("lambda")


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    """The execution role of all functions."""
    created = aws("iam").create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    return str(created["Role"]["Arn"])


@pytest.fixture(scope="module")
def durable(lambda_client: Any, role: str) -> Callable[..., str]:
    """Creates a durable function from its handler's body, and returns its name.

    `durable("return context.step(lambda _: 1)")`, with any member of CreateFunction.
    """
    numbers = itertools.count()

    def function(body: str, *, source: str | None = None, **members: Any) -> str:
        lines = "\n    ".join(body.strip("\n").splitlines())
        handler = f"@durable_execution\ndef handler(event, context):\n    {lines}\n"
        defaults = {
            "FunctionName": f"durable-{next(numbers)}",
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": role,
            "Timeout": 60,
            "Code": {"ZipFile": archive(source or HEADER + handler)},
            "DurableConfig": DURABLE,
        }
        asked = {name: value for name, value in (defaults | members).items() if value is not None}
        name = str(lambda_client.create_function(**asked)["FunctionName"])
        waiter = lambda_client.get_waiter("function_active_v2")
        waiter.wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
        return name

    return function


@dataclass(frozen=True)
class Execution:
    """An execution, as the API tells of it."""

    client: Any
    arn: str

    def get(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get_durable_execution(DurableExecutionArn=self.arn)
        return answer

    def status(self) -> str:
        return str(self.get()["Status"])

    def events(self, **asked: Any) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("get_durable_execution_history").paginate(
            DurableExecutionArn=self.arn, **{"IncludeExecutionData": True, **asked}
        )
        return [event for page in pages for event in page["Events"]]

    def types(self) -> list[str]:
        return [event["EventType"] for event in self.events()]

    def until(self, event_type: str, *, count: int = 1, within: float = 20) -> dict[str, Any]:
        """Wait for an event of the history."""
        deadline = time.monotonic() + within
        while True:
            found = [event for event in self.events() if event["EventType"] == event_type]
            if len(found) >= count:
                return found[count - 1]
            assert time.monotonic() < deadline, f"no {event_type}: {self.types()}"
            time.sleep(0.05)

    def end(self, *, within: float = 20) -> dict[str, Any]:
        """Wait for the end."""
        deadline = time.monotonic() + within
        while (told := self.get())["Status"] == "RUNNING":
            assert time.monotonic() < deadline, f"still running: {self.types()}"
            time.sleep(0.05)
        return told

    def callback_id(self, *, count: int = 1) -> str:
        """Wait for a callback that the execution has created."""
        event = self.until("CallbackStarted", count=count)
        return str(event["CallbackStartedDetails"]["CallbackId"])


@pytest.fixture(scope="module")
def begin(lambda_client: Any) -> Callable[..., Execution]:
    """Starts an execution that nobody waits for: `begin(function, {…}, name=…)`."""

    def start(
        function: str, event: Any = None, *, name: str | None = None, qualifier: str = "$LATEST"
    ) -> Execution:
        named = {} if name is None else {"DurableExecutionName": name}
        answer = lambda_client.invoke(
            FunctionName=function,
            Qualifier=qualifier,
            InvocationType="Event",
            Payload=json.dumps(event),
            **named,
        )
        assert answer["StatusCode"] == 202
        return Execution(lambda_client, answer["DurableExecutionArn"])

    return start


@pytest.fixture(scope="module")
def run(lambda_client: Any) -> Callable[..., tuple[Any, Execution]]:
    """Invokes a durable function and waits: `result, execution = run(function, {…})`."""

    def invoke(function: str, event: Any = None, **members: Any) -> tuple[Any, Execution]:
        answer = lambda_client.invoke(
            FunctionName=function, Payload=json.dumps(event), **{"Qualifier": "$LATEST", **members}
        )
        returned = answer["Payload"].read()
        execution = Execution(lambda_client, answer["DurableExecutionArn"])
        return (json.loads(returned) if returned else None), execution

    return invoke


@pytest.fixture
def refusal(lambda_client: Any) -> Callable[..., tuple[int, str, str]]:
    """Calls an operation that AWS refuses: `refusal("invoke", FunctionName=…)`."""

    def refused(operation: str, **members: Any) -> tuple[int, str, str]:
        with pytest.raises(lambda_client.exceptions.ClientError) as caught:
            getattr(lambda_client, operation)(**members)
        response = caught.value.response
        error = response["Error"]
        return response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]

    return refused
