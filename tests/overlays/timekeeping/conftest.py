"""An emulator whose time these tests move; others keep theirs."""

from __future__ import annotations

import io
import itertools
import json
import textwrap
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from harness.observe.eventually import eventually
from harness.targets.embedded import Embedded
from harness.targets.emulated_time import EmulatedTime

SOON = timedelta(seconds=30)


@pytest.fixture(scope="session")
def emulator(own_emulator: Embedded) -> Embedded:
    return own_emulator


@pytest.fixture
def clock(emulator: Embedded) -> EmulatedTime:
    return emulator.time


@pytest.fixture
def in_thread() -> Iterator[Callable[..., Future[Any]]]:
    """Calls a function in a thread, and returns its future."""
    pool = ThreadPoolExecutor()
    yield pool.submit
    pool.shutdown(wait=False)


@pytest.fixture(scope="module")
def make_queue(aws: Callable[..., Any]) -> Callable[..., tuple[str, str]]:
    """Makes a queue and returns its URL and its ARN: `make_queue(VisibilityTimeout="30")`."""
    sqs, numbers = aws("sqs"), itertools.count()

    def queue(name: str = "queue-{}", **attributes: str) -> tuple[str, str]:
        url = sqs.create_queue(QueueName=name.format(next(numbers)), Attributes=attributes)[
            "QueueUrl"
        ]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    return queue


@pytest.fixture(scope="module")
def bodies(aws: Callable[..., Any]) -> Callable[[str], list[str]]:
    """Takes all messages that a queue has now, and returns their bodies."""
    sqs = aws("sqs")

    def taken(url: str) -> list[str]:
        found: list[str] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return taken


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    created = aws("iam").create_role(RoleName="service", AssumeRolePolicyDocument="{}")
    return str(created["Role"]["Arn"])


@pytest.fixture(scope="module")
def create(aws: Callable[..., Any], role: str) -> Callable[..., str]:
    """Creates a function that can be invoked, and returns its name."""
    client, numbers = aws("lambda"), itertools.count()

    def function(source: str, *, file: str = "app.py", **members: Any) -> str:
        name = f"function-{next(numbers)}"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as zipped:
            zipped.writestr(file, textwrap.dedent(source))
        client.create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "Role": role,
                "Timeout": 10,
                "Code": {"ZipFile": packed.getvalue()},
            }
            | members
        )

        def active() -> None:
            assert client.get_function_configuration(FunctionName=name)["State"] == "Active"

        eventually(active, within=SOON)
        return name

    return function


@pytest.fixture(scope="module")
def invoke(aws: Callable[..., Any]) -> Callable[..., Any]:
    """Invokes a function and returns what its handler returned."""
    client = aws("lambda")

    def answer(function: str, event: Any = None) -> Any:
        response = client.invoke(FunctionName=function, Payload=json.dumps(event))
        assert "FunctionError" not in response, response["Payload"].read()
        return json.loads(response["Payload"].read())

    return answer


@pytest.fixture
def parked(emulator: Embedded) -> Callable[[], None]:
    """Waits until all that is in flight waits for the clock."""

    def calm() -> None:
        def settled() -> None:
            # Twice: what has just begun is counted by the second look.
            for _ in range(2):
                assert emulator.time.state()["in_flight"] == []
                threading.Event().wait(0.02)

        eventually(settled, within=SOON)

    return calm
