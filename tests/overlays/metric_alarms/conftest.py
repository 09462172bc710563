"""Alarms on a metric that tests put, on an emulator whose time these tests move."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from harness.observe.eventually import eventually
from harness.targets.embedded import Embedded
from harness.targets.emulated_time import EmulatedTime

SOON = timedelta(seconds=30)


@pytest.fixture(scope="session")
def emulator(own_emulator: Embedded) -> Embedded:
    """Time is moved here."""
    return own_emulator


@pytest.fixture
def clock(emulator: Embedded) -> EmulatedTime:
    return emulator.time


@pytest.fixture(scope="module")
def cloudwatch(aws: Callable[..., Any]) -> Any:
    return aws("cloudwatch")


class Alarm:
    """An alarm on a metric of its own: more than 5 in a minute."""

    def __init__(self, cloudwatch: Any, name: str, **settings: Any) -> None:
        self._cloudwatch, self.name = cloudwatch, name
        self.settings = {
            "AlarmName": name,
            "Namespace": "Shop",
            "MetricName": name,
            "Statistic": "Sum",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 5.0,
            "ComparisonOperator": "GreaterThanThreshold",
            **settings,
        }
        cloudwatch.put_metric_alarm(**self.settings)

    def put(self, value: float) -> None:
        """Put a datum now."""
        self._cloudwatch.put_metric_data(
            Namespace="Shop", MetricData=[{"MetricName": self.name, "Value": value}]
        )

    @property
    def described(self) -> dict[str, Any]:
        [found] = self._cloudwatch.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return dict(found)

    @property
    def state(self) -> str:
        return str(self.described["StateValue"])

    def history(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return the items, with their data read."""
        items = self._cloudwatch.describe_alarm_history(AlarmName=self.name, **wanted)
        return [
            {**item, "HistoryData": json.loads(item["HistoryData"])}
            for item in items["AlarmHistoryItems"]
        ]


@pytest.fixture
def alarm_of(cloudwatch: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Alarm]]:
    """Makes the test's alarm: `alarm_of(EvaluationPeriods=3)`."""
    made: list[Alarm] = []

    def make(**settings: Any) -> Alarm:
        made.append(Alarm(cloudwatch, f"{request.node.name[:200]}-{len(made)}", **settings))
        return made[-1]

    yield make
    cloudwatch.delete_alarms(AlarmNames=[alarm.name for alarm in made])


class Reader:
    """A queue, and what it is told."""

    def __init__(self, sqs: Any, name: str) -> None:
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn = found["Attributes"]["QueueArn"]

    def next(self) -> dict[str, Any]:
        """Wait for a message, and take it."""

        def came() -> dict[str, Any]:
            messages = self._sqs.receive_message(QueueUrl=self.url).get("Messages")
            assert messages
            self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=messages[0]["ReceiptHandle"])
            return dict(json.loads(messages[0]["Body"]))

        return eventually(came, within=SOON)

    def is_quiet(self) -> bool:
        return "Messages" not in self._sqs.receive_message(QueueUrl=self.url)


@pytest.fixture(scope="module")
def reader(aws: Callable[..., Any]) -> Reader:
    """A queue that EventBridge and SNS may write to."""
    return Reader(aws("sqs"), "reader")


@pytest.fixture(scope="module")
def topic(aws: Callable[..., Any], reader: Reader) -> str:
    """A topic whose messages the reader gets."""
    sns = aws("sns")
    arn = sns.create_topic(Name="alarms")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=reader.arn)
    return str(arn)
