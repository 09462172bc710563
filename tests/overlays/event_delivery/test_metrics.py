"""EventBridge's metrics: which, under which dimensions, and with what in them.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.observe.eventually import eventually
from harness.overlays.core.metric_data import Metric, MetricPublisher
from harness.overlays.event_delivery.metrics import KEPT_UNDER, metrics

from .conftest import SOON

PLACE = {"account": "111111111111", "region": "us-east-1"}


def dimensions(name, bus, rule):
    return [one.dimensions for one in metrics(name, **PLACE, bus=bus, rule=rule)]


def test_a_rule_of_the_default_bus_is_its_name():
    assert dimensions("Invocations", "default", "r") == [(), (("RuleName", "r"),)]


def test_a_rule_of_another_bus_is_the_pair():
    pair = (("EventBusName", "orders"), ("RuleName", "r"))
    assert dimensions("FailedInvocations", "orders", "r") == [pair]
    assert dimensions("InvocationAttempts", "orders", "r") == [
        (),
        (("EventBusName", "orders"),),
        pair,
    ]


@pytest.mark.parametrize("name", KEPT_UNDER)
def test_each_metric_has_its_unit_and_namespace(name):
    for metric in metrics(name, **PLACE, bus="b", rule="r"):
        assert metric.namespace == "AWS/Events"
        assert metric.unit == (
            "Milliseconds" if "Latency" in name else "Bytes" if "Size" in name else "Count"
        )


def test_values_of_one_second_become_one_statistic_set():
    put = []
    publisher = MetricPublisher(put=lambda *call: put.append(call))
    metric = Metric("111111111111", "us-east-1", "N", "M", (("D", "v"),))
    for value, at in ((3, 10.1), (5, 10.9), (7, 11.0)):
        publisher.add([metric], value, at)
    publisher.flush()
    [(account, region, namespace, data)] = put
    assert (account, region, namespace) == ("111111111111", "us-east-1", "N")
    assert [datum["StatisticValues"] for datum in data] == [
        {"SampleCount": 2, "Sum": 8.0, "Minimum": 3, "Maximum": 5},
        {"SampleCount": 1, "Sum": 7.0, "Minimum": 7, "Maximum": 7},
    ]
    assert data[0]["Dimensions"] == [{"Name": "D", "Value": "v"}]


def test_what_is_gathered_of_a_forgotten_account_is_dropped():
    put = []
    publisher = MetricPublisher(put=lambda *call: put.append(call))
    publisher.add([Metric("1" * 12, "us-east-1", "N", "M")], 1, 10)
    publisher.add([Metric("2" * 12, "us-east-1", "N", "M")], 1, 10)
    publisher.forget("1" * 12)
    publisher.flush()
    assert {account for account, *_ in put} <= {"2" * 12}


@pytest.fixture
def sum_of(aws, clock):
    """Returns the sum of a metric of a rule, over the last day."""

    def total(name, **dimensions):
        found = aws("cloudwatch").get_metric_statistics(
            Namespace="AWS/Events",
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=clock.now() - timedelta(days=1),
            EndTime=clock.now() + timedelta(minutes=1),
            Period=86400 * 2,
            Statistics=["Sum"],
        )["Datapoints"]
        return sum(point["Sum"] for point in found)

    return total


def test_a_delivery_counts_once_and_its_retries_apart(rule, destination, api, clock, sum_of):
    api.then(503, 503, 200)
    rule.target(destination)
    rule.put()
    clock.advance(timedelta(minutes=5))

    def counted():
        of_rule = {name: sum_of(name, RuleName=rule.name) for name in (
            "MatchedEvents", "TriggeredRules", "Invocations", "InvocationAttempts",
            "SuccessfulInvocationAttempts", "RetryInvocationAttempts", "FailedInvocations",
        )}  # fmt: skip
        assert of_rule == {
            "MatchedEvents": 1,
            "TriggeredRules": 1,
            "Invocations": 1,
            "InvocationAttempts": 3,
            "SuccessfulInvocationAttempts": 1,
            "RetryInvocationAttempts": 2,
            "FailedInvocations": 0,
        }

    eventually(counted, within=SOON)


def test_a_dead_letter_counts(rule, missing_queue, dead_letters, sum_of):
    rule.target(
        {"Arn": missing_queue, "DeadLetterConfig": {"Arn": dead_letters.arn}},
        {"Arn": missing_queue, "DeadLetterConfig": {"Arn": missing_queue}},
    )
    rule.put()
    dead_letters.wait_for()

    def counted():
        assert sum_of("Invocations", RuleName=rule.name) == 2
        assert sum_of("FailedInvocations", RuleName=rule.name) == 2
        assert sum_of("InvocationsSentToDlq", RuleName=rule.name) == 1
        assert sum_of("InvocationsFailedToBeSentToDlq", RuleName=rule.name) == 1

    eventually(counted, within=SOON)


def test_a_rule_of_another_bus_counts_under_the_pair(events, make_rule, queue, sum_of):
    events.create_event_bus(Name="counted")
    rule = make_rule("counted")
    rule.target({"Arn": queue.arn})
    rule.put()
    queue.wait_for()

    def counted():
        assert sum_of("Invocations", EventBusName="counted", RuleName=rule.name) == 1
        assert sum_of("MatchedEvents", EventBusName="counted") == 1
        assert sum_of("Invocations", RuleName=rule.name) == 0

    eventually(counted, within=SOON)


def test_requests_count(rule, sum_of):
    before = sum_of("PutEventsEntriesCount")
    rule.put()

    def counted():
        assert sum_of("PutEventsEntriesCount") > before

    eventually(counted, within=SOON)
