"""Functions of the module's account, made from a few lines of Python."""

from __future__ import annotations

import io
import itertools
import json
import textwrap
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)

Create = Callable[..., str]


def archive(**files: str) -> bytes:
    """Zip Python modules: `archive(app="def handler…")`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for module, source in files.items():
            zipped.writestr(f"{module}.py", textwrap.dedent(source))
    return packed.getvalue()


def body_of(response: dict[str, Any]) -> Any:
    """Return the JSON that an invocation returned, error or not."""
    return json.loads(response["Payload"].read() or "null")


@pytest.fixture(scope="module")
def lambda_client(aws: Callable[..., Any]) -> Any:
    return aws("lambda")


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    """The execution role of all functions."""
    created = aws("iam").create_role(
        RoleName="function",
        AssumeRolePolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                },
            }
        ),
    )
    return str(created["Role"]["Arn"])


@pytest.fixture(scope="module")
def create(lambda_client: Any, role: str) -> Create:
    """Creates a function that can be invoked, and returns its name.

    `create("def handler(event, context): …", Timeout=10)`: the source of its module, and any
    member of CreateFunction.
    """
    numbers = itertools.count()

    def function(source: str, **members: Any) -> str:
        name = members.pop("FunctionName", f"function-{next(numbers)}")
        lambda_client.create_function(
            **{
                "FunctionName": name,
                "Runtime": "python3.13",
                "Handler": "app.handler",
                "Role": role,
                "Code": {"ZipFile": archive(app=source)},
            }
            | members
        )
        settled(lambda_client, name)
        return name

    return function


def settled(client: Any, function: str) -> None:
    """Wait until a function's creation or update has ended well."""

    def active() -> None:
        configuration = client.get_function_configuration(FunctionName=function)
        assert configuration["State"] == "Active"
        assert configuration["LastUpdateStatus"] == "Successful"

    eventually(active, within=SOON)


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
def receive(aws: Callable[..., Any]) -> Callable[[str], dict[str, Any]]:
    """Waits for the next message of a queue, and takes it away."""
    sqs = aws("sqs")

    def message(url: str) -> dict[str, Any]:
        def arrived() -> dict[str, Any]:
            found = sqs.receive_message(
                QueueUrl=url,
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages")
            assert found, f"nothing arrived in {url}"
            sqs.delete_message(QueueUrl=url, ReceiptHandle=found[0]["ReceiptHandle"])
            return dict(found[0])

        return eventually(arrived, within=SOON)

    return message


@pytest.fixture(scope="module")
def eventually_listed(aws: Callable[..., Any]) -> Callable[[str], list[str]]:
    """Waits until a bucket holds something, and returns the keys."""
    s3 = aws("s3")

    def keys(bucket: str) -> list[str]:
        def listed() -> list[str]:
            found = s3.list_objects_v2(Bucket=bucket).get("Contents")
            assert found, f"{bucket} is empty"
            return [entry["Key"] for entry in found]

        return eventually(listed, within=SOON)

    return keys


@pytest.fixture(scope="module")
def drained(receive: Callable[[str], dict[str, Any]]) -> Callable[[str, int], list[Any]]:
    """Takes a number of messages from a queue and returns their JSON bodies."""

    def bodies(url: str, count: int) -> list[Any]:
        return [json.loads(receive(url)["Body"]) for _ in range(count)]

    return bodies


@pytest.fixture(scope="session")
def node_archive() -> Callable[[str], bytes]:
    """Zips a CommonJS module named `app`."""

    def zipped(source: str) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archived:
            archived.writestr("app.js", source)
        return packed.getvalue()

    return zipped


@pytest.fixture(scope="module")
def logged(aws: Callable[..., Any]) -> Callable[[str, str], list[Any]]:
    """Waits until a word is in a log group, and returns the group's events, JSON as objects."""
    logs = aws("logs")

    def events(group: str, word: str) -> list[Any]:
        def arrived() -> list[str]:
            found = logs.filter_log_events(logGroupName=group)["events"]
            messages = [event["message"] for event in found]
            assert any(word in message for message in messages), messages
            return messages

        messages = eventually(
            arrived, within=SOON, retry_on=logs.exceptions.ResourceNotFoundException
        )
        return [json.loads(message) if message.startswith("{") else message for message in messages]

    return events
