"""Functions made from a few lines, in the module's account."""

from __future__ import annotations

import base64
import io
import itertools
import json
import textwrap
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from harness import wire
from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)


@dataclass(frozen=True)
class Invoked:
    """What an invocation returned."""

    payload: Any
    error: str | None
    tail: str


@dataclass(frozen=True)
class Function:
    """A function that is active."""

    name: str
    client: Any
    logs: Any

    def __call__(self, event: Any = None, **options: Any) -> Invoked:
        answer = self.client.invoke(
            FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", **options
        )
        return Invoked(
            payload=json.loads(answer["Payload"].read() or "null"),
            error=answer.get("FunctionError"),
            tail=base64.b64decode(answer["LogResult"]).decode(),
        )

    def result(self, event: Any = None, **options: Any) -> Any:
        """Invoke, and return what the handler returned."""
        invoked = self(event, **options)
        assert invoked.error is None, invoked.payload
        return invoked.payload

    def log_events(self, *, until: str) -> list[str]:
        """Return the messages of all streams, once one of them contains a text."""

        def complete() -> list[str]:
            messages = [
                event["message"]
                for page in self.logs.get_paginator("filter_log_events").paginate(
                    logGroupName=f"/aws/lambda/{self.name}"
                )
                for event in page["events"]
            ]
            assert any(until in message for message in messages), messages
            return messages

        def arrived() -> list[str]:
            try:
                return complete()
            except self.logs.exceptions.ResourceNotFoundException as problem:
                raise AssertionError("no log group yet") from problem

        return eventually(arrived, within=SOON)


def archive(files: dict[str, str]) -> bytes:
    """Zip text files; what begins with `#!` is a program."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name, content in files.items():
            zipped.writestr(name, textwrap.dedent(content))
    return packed.getvalue()


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
    created = aws("iam").create_role(
        RoleName="function", AssumeRolePolicyDocument=json.dumps(policy)
    )
    return str(created["Role"]["Arn"])


@pytest.fixture(scope="module")
def function_of(aws: Callable[..., Any], role: str) -> Callable[..., Function]:
    """Makes a function: `function_of("def handler(event, context): …", Timeout=1)`."""
    numbers = itertools.count(1)
    client = aws("lambda")

    def make(source: str = "", *, files: dict[str, str] | None = None, **settings: Any) -> Function:
        name = f"function-{next(numbers)}"
        defaults: dict[str, Any] = {
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Role": role,
            "Timeout": 10,
        }
        client.create_function(
            FunctionName=name,
            Code={"ZipFile": archive(files or {"app.py": source})},
            **defaults | settings,
        )

        def active() -> None:
            state = client.get_function_configuration(FunctionName=name)
            assert state["State"] == "Active", state

        eventually(active, within=SOON, every=timedelta(milliseconds=20))
        return Function(name, client, aws("logs"))

    return make


@pytest.fixture
def environments(emulator: Any, aws_account: str) -> Callable[[str], list[dict[str, Any]]]:
    """Lists the environments of a function."""
    import urllib.request

    def of(function: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(emulator.endpoint_url + wire.ENVIRONMENTS_PATH) as answer:
            found = json.load(answer)
        return [
            one for one in found if one["function"] == function and one["account"] == aws_account
        ]

    return of
