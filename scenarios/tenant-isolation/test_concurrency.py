"""How many environments are busy at once, and where Lambda draws the line.

The function says when it is in flight and stays so until it is told to leave: invocations overlap
because the test knows it, not because something took long.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

# Retries are the SDK's answer to throttling; here its first answer is the subject. A generous
# timeout: the answers come when the test says so.
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=180, max_pool_connections=20)


@dataclass
class Crossing:
    """Invocations that wait in flight, at a gate of two queues."""

    api: Any
    sqs: Any
    arrivals: str
    departures: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    people: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(10))
    waiting: list[Future] = field(default_factory=list)
    arrived: int = 0

    def invoke(self, function: str, tenant: str | None = None) -> dict[str, str]:
        """Invoke the function, and return what it returns once it was told to leave."""
        named = {} if tenant is None else {"TenantId": tenant}
        event = json.dumps({"crossing": self.id})
        response = self.api.invoke(FunctionName=function, Payload=event, **named)
        answer = json.loads(response["Payload"].read())
        assert "FunctionError" not in response, answer
        return answer

    def send(self, function: str, *tenants: str | None) -> None:
        """Begin an invocation for each tenant, all at once."""
        self.waiting += [self.people.submit(self.invoke, function, tenant) for tenant in tenants]

    def look(self) -> int:
        """Count the invocations that have announced themselves so far."""
        found = self.sqs.receive_message(
            QueueUrl=self.arrivals, MaxNumberOfMessages=10, WaitTimeSeconds=1
        ).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.arrivals, ReceiptHandle=message["ReceiptHandle"])
        self.arrived += sum(message["Body"] == self.id for message in found)
        return self.arrived

    def open(self) -> list[dict[str, str]]:
        """Tell all who wait to leave, and return what each invocation returned."""
        # Counted before the first word is said: whoever hears it may be any of them.
        in_flight = sum(not invocation.done() for invocation in self.waiting)
        for _ in range(in_flight):
            self.sqs.send_message(QueueUrl=self.departures, MessageBody=self.id)
        answers = [invocation.result(timeout=120) for invocation in self.waiting]
        self.waiting.clear()
        return answers


@pytest.fixture(scope="module")
def functions(deploy, client, eventually):
    """The functions that wait: `Generic`, and `Isolated` with a reserved concurrency of two."""
    functions = deploy("concurrency.yaml").outputs

    def may_wait():
        # A new role's policy takes a moment; until then the function can't use the queues.
        crossing = crossing_of(functions, client)
        crossing.sqs.send_message(QueueUrl=crossing.departures, MessageBody=crossing.id)
        crossing.invoke(functions["Generic"])

    eventually(may_wait, within=timedelta(minutes=1))
    return functions


def crossing_of(functions, client) -> Crossing:
    return Crossing(
        api=client("lambda", config=ONCE),
        sqs=client("sqs"),
        arrivals=functions["Arrivals"],
        departures=functions["Departures"],
    )


@pytest.fixture
def crossing(functions, client) -> Iterator[Crossing]:
    crossing = crossing_of(functions, client)
    yield crossing
    crossing.open()
    crossing.people.shutdown()


@pytest.mark.claim("tenant-isolation.scale-out")
def test_concurrent_invocations_get_additional_environments(functions, crossing, eventually):
    crossing.send(functions["Generic"], None, None, None)

    def all_in_flight():
        assert crossing.look() == 3

    eventually(all_in_flight, within=timedelta(minutes=1))
    assert len({answer["environment"] for answer in crossing.open()}) == 3


@pytest.mark.claim("tenant-isolation.scale-out")
def test_concurrent_invocations_of_one_tenant_get_additional_environments(
    functions, crossing, eventually
):
    crossing.send(functions["Isolated"], "cleo", "cleo")

    def both_in_flight():
        assert crossing.look() == 2

    eventually(both_in_flight, within=timedelta(minutes=1))
    answers = crossing.open()
    assert len({answer["environment"] for answer in answers}) == 2
    assert {answer["tenant_id"] for answer in answers} == {"cleo"}


@pytest.mark.claim("tenant-isolation.concurrency-limit")
def test_all_tenants_count_against_one_limit(functions, crossing, eventually):
    crossing.send(functions["Isolated"], "ana", "ben")

    def both_in_flight():
        assert crossing.look() == 2

    eventually(both_in_flight, within=timedelta(minutes=1))

    # A third tenant is one too many, and so is a tenant who has an environment, but a busy one.
    for tenant in ("cleo", "ana"):
        with pytest.raises(ClientError) as throttled:
            crossing.invoke(functions["Isolated"], tenant)
        assert_throttled(throttled.value)

    assert {answer["tenant_id"] for answer in crossing.open()} == {"ana", "ben"}

    # An idle environment of another tenant is in nobody's way.
    crossing.send(functions["Isolated"], "cleo")

    def third_in_flight():
        assert crossing.look() == 3

    eventually(third_in_flight, within=timedelta(minutes=1))
    assert [answer["tenant_id"] for answer in crossing.open()] == ["cleo"]


def assert_throttled(refused):
    """Assert Lambda's answer to one invocation more than the function has reserved.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    assert refused.response["Error"]["Code"] == "TooManyRequestsException"
    # AWS's pages write this text in two ways.
    assert refused.response["Error"]["Message"].casefold().startswith("rate exceeded")
    assert refused.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert refused.response["ResponseMetadata"]["HTTPStatusCode"] == 429
