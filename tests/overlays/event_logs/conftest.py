"""Buses whose logs are delivered, on an emulator whose time these tests move."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually
from harness.overlays.event_logs.levels import LEVEL_OF
from harness.targets.embedded import Embedded
from harness.targets.emulated_time import EmulatedTime

SOON = timedelta(seconds=30)
TYPES = {"ERROR": "ERROR_LOGS", "INFO": "INFO_LOGS", "TRACE": "TRACE_LOGS"}


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
def logs(aws: Callable[..., Any]) -> Any:
    return aws("logs")


@pytest.fixture(scope="module")
def names() -> Callable[[str], str]:
    """Names a thing, once."""
    numbers = itertools.count()
    return lambda kind: f"{kind}-{next(numbers)}"


class Bus:
    """A bus with logs, and a rule that matches all of its events."""

    def __init__(self, aws: Callable[..., Any], name: str, **log_config: str) -> None:
        self._events, self._logs, self.name = aws("events"), aws("logs"), name
        config = {"LogConfig": log_config} if log_config else {}
        self.arn = self._events.create_event_bus(Name=name, **config)["EventBusArn"]
        self.rule_arn = self._events.put_rule(
            Name="all", EventBusName=name, EventPattern='{"source": ["shop"]}'
        )["RuleArn"]

    def target(self, arn: str, **members: Any) -> None:
        self._events.put_targets(
            Rule="all", EventBusName=self.name, Targets=[{"Id": "t", "Arn": arn, **members}]
        )

    def put(self, detail: dict[str, Any] | None = None, source: str = "shop") -> str:
        """Put an event; returns its id."""
        answer = self._events.put_events(
            Entries=[
                {
                    "EventBusName": self.name,
                    "Source": source,
                    "DetailType": "Order Placed",
                    "Detail": json.dumps(detail or {}),
                    "Resources": ["arn:aws:s3:::orders"],
                }
            ]
        )
        return str(answer["Entries"][0]["EventId"])

    def deliver(self, destination: str, *levels: str, **form: Any) -> list[str]:
        """Deliver logs of these levels to a destination; returns the deliveries' ids."""
        made = []
        for level in levels or TYPES:
            source = f"{self.name}-{TYPES[level]}"
            self._logs.put_delivery_source(name=source, resourceArn=self.arn, logType=TYPES[level])
            made.append(
                self._logs.create_delivery(
                    deliverySourceName=source, deliveryDestinationArn=destination, **form
                )["delivery"]["id"]
            )
        return made


@pytest.fixture
def make_bus(aws: Callable[..., Any], names: Callable[[str], str]) -> Callable[..., Bus]:
    return lambda **log_config: Bus(aws, names("bus"), **log_config)


@pytest.fixture
def destination(logs: Any, names: Callable[[str], str]) -> Callable[..., str]:
    """Makes a delivery destination of a resource, and returns its ARN."""

    def make(resource: str, **members: Any) -> str:
        made = logs.put_delivery_destination(
            name=names("destination"),
            deliveryDestinationConfiguration={"destinationResourceArn": resource},
            **members,
        )
        return str(made["deliveryDestination"]["arn"])

    return make


def _order(record: dict[str, Any]) -> tuple[int, int]:
    # Logs of each level lie in a stream of their own; steps of one millisecond have no order.
    return record["message_timestamp_ms"], list(LEVEL_OF).index(record["message_type"])


class Group:
    """A log group, and the records in it."""

    def __init__(self, logs: Any, name: str, account: str) -> None:
        self._logs, self.name = logs, name
        logs.create_log_group(logGroupName=name)
        self.arn = f"arn:aws:logs:us-east-1:{account}:log-group:{name}"

    def records(self) -> list[dict[str, Any]]:
        """All records there are now, in order."""
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=self.name)
        found = [json.loads(one["message"]) for page in pages for one in page["events"]]
        return sorted(found, key=_order)

    def wait_for(self, message_type: str, event_id: str) -> list[dict[str, Any]]:
        """Wait for an event's record of a type; returns all records of the event."""

        def came() -> None:
            types = [one["message_type"] for one in self.of(event_id)]
            assert message_type in types, types

        eventually(came, within=SOON)
        return self.of(event_id)

    def of(self, event_id: str) -> list[dict[str, Any]]:
        return [one for one in self.records() if one["event_id"] == event_id]


@pytest.fixture
def make_group(logs: Any, names: Callable[[str], str], aws_account: str) -> Callable[[], Group]:
    return lambda: Group(logs, f"/aws/vendedlogs/events/event-bus/{names('group')}", aws_account)


@pytest.fixture
def group(make_group: Callable[[], Group]) -> Group:
    return make_group()


class Store:
    """A bucket, and the records in it by key."""

    def __init__(self, s3: Any, name: str) -> None:
        self._s3, self.name = s3, name
        s3.create_bucket(Bucket=name)
        self.arn = f"arn:aws:s3:::{name}"

    def objects(self) -> dict[str, list[dict[str, Any]]]:
        found = self._s3.list_objects_v2(Bucket=self.name).get("Contents", [])
        return {one["Key"]: self._read(one["Key"]) for one in found}

    def _read(self, key: str) -> list[dict[str, Any]]:
        body = self._s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        text = gzip.decompress(body).decode() if key.endswith(".gz") else body.decode()
        return [json.loads(line) for line in text.splitlines()]

    def wait_for(self, message_type: str) -> dict[str, list[dict[str, Any]]]:
        """Wait for a record of a type; returns all objects."""

        def came() -> None:
            records = [one for lines in self.objects().values() for one in lines]
            assert message_type in [one["message_type"] for one in records]

        eventually(came, within=SOON)
        return self.objects()


@pytest.fixture
def store(aws: Callable[..., Any], names: Callable[[str], str], aws_account: str) -> Store:
    return Store(aws("s3"), f"{names('logs')}-{aws_account}")


@pytest.fixture
def queue_arn(aws: Callable[..., Any], names: Callable[[str], str]) -> str:
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=names("queue"))["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return str(found["Attributes"]["QueueArn"])


@pytest.fixture
def refused() -> Callable[..., dict[str, str]]:
    """Makes a call that must be refused; returns the error."""

    def refuse(call: Callable[..., Any], **request: Any) -> dict[str, str]:
        with pytest.raises(ClientError) as problem:
            call(**request)
        error = problem.value.response["Error"]
        return {"Code": error["Code"], "Message": error["Message"]}

    return refuse
