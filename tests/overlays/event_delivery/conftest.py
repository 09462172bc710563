"""Rules, queues and an API that fails as told, on an emulator whose time these tests move."""

from __future__ import annotations

import http.server
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from harness.observe.eventually import eventually
from harness.targets.embedded import Embedded
from harness.targets.emulated_time import EmulatedTime

SOON = timedelta(seconds=30)
REGION = "us-east-1"


@pytest.fixture(scope="session")
def emulator(own_emulator: Embedded) -> Embedded:
    """Time is moved here."""
    return own_emulator


@pytest.fixture
def clock(emulator: Embedded) -> EmulatedTime:
    return emulator.time


@pytest.fixture(scope="module")
def events(aws: Callable[..., Any]) -> Any:
    return aws("events")


@pytest.fixture(scope="module")
def role(aws: Callable[..., Any]) -> str:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    made = aws("iam").create_role(RoleName="deliverer", AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])


class Queue:
    """A queue and what is in it."""

    def __init__(self, sqs: Any, name: str) -> None:
        self._sqs = sqs
        self.url = sqs.create_queue(
            QueueName=name, Attributes={"MessageRetentionPeriod": "1209600"}
        )["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = found["Attributes"]["QueueArn"]

    def take(self) -> list[dict[str, Any]]:
        """Take all messages there are now; each with its body read, and attributes as texts."""
        taken = []
        while messages := self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in messages:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
                taken.append(
                    {
                        "body": json.loads(message["Body"]),
                        "attributes": {
                            name: value["StringValue"]
                            for name, value in message.get("MessageAttributes", {}).items()
                        },
                    }
                )
        return taken

    def wait_for(self, number: int = 1) -> list[dict[str, Any]]:
        """Wait until messages have come, and take them."""
        taken: list[dict[str, Any]] = []

        def came() -> None:
            taken.extend(self.take())
            assert len(taken) == number, taken

        eventually(came, within=SOON)
        return taken


@pytest.fixture(scope="module")
def make_queue(aws: Callable[..., Any]) -> Callable[..., Queue]:
    numbers = itertools.count()
    return lambda: Queue(aws("sqs"), f"queue-{next(numbers)}")


@pytest.fixture
def queue(make_queue: Callable[..., Queue]) -> Queue:
    return make_queue()


@pytest.fixture
def dead_letters(make_queue: Callable[..., Queue]) -> Queue:
    return make_queue()


@pytest.fixture(scope="module")
def missing_queue(aws_account: str) -> str:
    """ARN of a queue that isn't there."""
    return f"arn:aws:sqs:{REGION}:{aws_account}:missing"


class Rule:
    """A rule on the default bus, or on another, that matches a source of its own."""

    def __init__(self, events: Any, name: str, bus: str) -> None:
        self._events = events
        self.name, self.bus = name, bus
        self.arn = events.put_rule(
            Name=name, EventBusName=bus, EventPattern=json.dumps({"source": [name]})
        )["RuleArn"]

    def target(self, *targets: dict[str, Any]) -> None:
        """Give it targets; their ids are their numbers."""
        numbered = [{"Id": str(at), **target} for at, target in enumerate(targets)]
        answer = self._events.put_targets(Rule=self.name, EventBusName=self.bus, Targets=numbered)
        assert answer["FailedEntryCount"] == 0, answer

    def put(self, detail: dict[str, Any] | None = None, **members: Any) -> str:
        """Put an event that it matches; returns the event's id."""
        answer = self._events.put_events(
            Entries=[
                {
                    "EventBusName": self.bus,
                    "Source": self.name,
                    "DetailType": "Order Placed",
                    "Detail": json.dumps({"order": 1} if detail is None else detail),
                    **members,
                }
            ]
        )
        assert answer["FailedEntryCount"] == 0, answer
        return str(answer["Entries"][0]["EventId"])


@pytest.fixture(scope="module")
def make_rule(events: Any) -> Callable[..., Rule]:
    numbers = itertools.count()
    return lambda bus="default": Rule(events, f"rule-{next(numbers)}", bus)


@pytest.fixture
def rule(make_rule: Callable[..., Rule]) -> Rule:
    return make_rule()


class Api:
    """An API on loopback that answers as told: the last answer again and again."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = [(200, {})]
        self.bodies: list[Any] = []
        self.accepted: list[Any] = []
        self.keys: list[str | None] = []
        self.lock = threading.Lock()
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length))
                with api.lock:
                    api.bodies.append(body)
                    api.keys.append(self.headers.get("key"))
                    status, headers = api.answers[0]
                    if len(api.answers) > 1:
                        api.answers.pop(0)
                    if status == 200:
                        api.accepted.append(body)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/orders"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def then(self, *statuses: int, **headers: str) -> None:
        """Answer with these statuses, one after the other."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers = [(status, named) for status in statuses]


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    yield api
    api.server.shutdown()
    api.server.server_close()


@pytest.fixture(scope="module")
def connection(events: Any) -> str:
    made = events.create_connection(
        Name="orders",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "key", "ApiKeyValue": "secret"}},
    )
    return str(made["ConnectionArn"])


@pytest.fixture
def destination(events: Any, connection: str, api: Api, role: str) -> dict[str, Any]:
    """A target: the API."""
    made = events.create_api_destination(
        Name=f"orders-{api.server.server_port}",
        ConnectionArn=connection,
        InvocationEndpoint=api.url,
        HttpMethod="POST",
    )
    return {"Arn": made["ApiDestinationArn"], "RoleArn": role}


@pytest.fixture
def settled(emulator: Embedded) -> Callable[[], None]:
    """Waits until nothing is in flight in the emulator: what could have come has come."""

    def calm() -> None:
        def nothing() -> None:
            for _ in range(2):
                assert emulator.time.state()["in_flight"] == []

        eventually(nothing, within=SOON)

    return calm
