"""What log events add to metrics: of their group, and through metric filters."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually
from harness.overlays.event_logs.metric_filters import values

from .conftest import SOON


def filtered(pattern, messages, *, group="g", **transformation):
    one = {
        "logGroupName": "g",
        "filterPattern": pattern,
        "metricTransformations": [
            {"metricName": "m", "metricNamespace": "n", "metricValue": "1", **transformation}
        ],
    }
    events = [{"timestamp": 5000, "message": message} for message in messages]
    found = values([one], group, events, account="1" * 12, region="us-east-1")
    return [(dict(metric.dimensions), value, at) for metric, value, at in found]


def test_each_event_that_matches_counts():
    assert filtered("ERROR", ["ERROR a", "INFO", "ERROR b"]) == [({}, 1, 5)] * 2


def test_a_filter_counts_its_own_log_group_alone():
    assert filtered("", ["x"], group="another") == []


def test_what_doesnt_match_has_the_default_value():
    assert filtered("ERROR", ["ERROR", "INFO"], defaultValue=0.0) == [({}, 1, 5), ({}, 0, 5)]


def test_a_value_comes_from_a_field():
    message = json.dumps({"size": 12, "kind": "a"})
    assert filtered("{ $.size > 0 }", [message], metricValue="$.size") == [({}, 12, 5)]
    assert filtered("[name, bytes]", ["x 34"], metricValue="$bytes") == [({}, 34, 5)]
    assert filtered("{ $.size > 0 }", [message], metricValue="$.missing") == []


def test_dimensions_come_from_fields():
    message = json.dumps({"size": 12, "kind": "a"})
    wanted = {"Kind": "$.kind"}
    assert filtered("{ $.size > 0 }", [message], dimensions=wanted) == [({"Kind": "a"}, 1, 5)]
    assert filtered("{ $.size > 0 }", ['{"size": 1}'], dimensions=wanted) == []


@pytest.fixture
def sum_of(aws, clock):
    def total(namespace, name, **dimensions):
        found = aws("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
            StartTime=clock.now() - timedelta(days=1),
            EndTime=clock.now() + timedelta(minutes=1),
            Period=86400 * 2,
            Statistics=["Sum"],
        )["Datapoints"]
        return sum(point["Sum"] for point in found)

    return total


def put(logs, group, *messages, clock):
    logs.create_log_stream(logGroupName=group.name, logStreamName="s")
    at = int(clock.now().timestamp() * 1000)
    logs.put_log_events(
        logGroupName=group.name,
        logStreamName="s",
        logEvents=[{"timestamp": at, "message": message} for message in messages],
    )


def test_log_events_and_bytes_are_counted(logs, group, clock, sum_of):
    put(logs, group, "héllo", "world", clock=clock)

    def counted():
        assert sum_of("AWS/Logs", "IncomingLogEvents", LogGroupName=group.name) == 2
        assert sum_of("AWS/Logs", "IncomingBytes", LogGroupName=group.name) == 11

    eventually(counted, within=SOON)


def test_bus_logs_are_counted(make_bus, destination, group, queue_arn, sum_of):
    bus = make_bus(Level="INFO")
    bus.deliver(destination(group.arn))
    bus.target(queue_arn)
    group.wait_for("INVOCATION_SUCCESS", bus.put())

    def counted():
        assert sum_of("AWS/Logs", "IncomingLogEvents", LogGroupName=group.name) == 4

    eventually(counted, within=SOON)


def test_a_metric_filter_counts_errors_alone(logs, make_group, clock, sum_of, names):
    group, other, name = make_group(), make_group(), names("errors")
    logs.put_metric_filter(
        logGroupName=group.name,
        filterName="errors",
        filterPattern='{ $.log_level = "ERROR" }',
        metricTransformations=[
            {"metricName": name, "metricNamespace": "Shop", "metricValue": "1", "unit": "Count"}
        ],
    )
    levels = ("TRACE", "ERROR", "INFO", "ERROR")
    messages = [json.dumps({"log_level": level}) for level in levels]
    put(logs, group, *messages, clock=clock)
    put(logs, other, *messages, clock=clock)

    def counted():
        assert sum_of("Shop", name) == 2

    eventually(counted, within=SOON)


def test_a_filter_that_is_put_again_replaces_the_former(logs, group):
    for value in ("1", "2"):
        logs.put_metric_filter(
            logGroupName=group.name,
            filterName="again",
            filterPattern="x",
            metricTransformations=[
                {"metricName": "m", "metricNamespace": "n", "metricValue": value}
            ],
        )
    [found] = logs.describe_metric_filters(logGroupName=group.name)["metricFilters"]
    assert found["metricTransformations"][0]["metricValue"] == "2"


def test_an_invalid_pattern_is_refused(logs, group, refused):
    error = refused(
        logs.put_metric_filter,
        logGroupName=group.name,
        filterName="bad",
        filterPattern="{ $.level = }",
        metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
    )
    assert error["Code"] == "InvalidParameterException"
    assert error["Message"].startswith("Invalid metric filter pattern")


def test_a_pattern_can_be_tried(logs):
    answer = logs.test_metric_filter(
        filterPattern="[ip, status = 4*, bytes]",
        logEventMessages=["10.0.0.1 404 12", "10.0.0.2 200 12"],
    )
    assert answer["matches"] == [
        {
            "eventNumber": 1,
            "eventMessage": "10.0.0.1 404 12",
            "extractedValues": {"$ip": "10.0.0.1", "$status": "404", "$bytes": "12"},
        }
    ]


def test_events_are_filtered_by_a_pattern(logs, group, clock):
    put(logs, group, "hello world", "goodbye world", "hello", clock=clock)
    found = logs.filter_log_events(logGroupName=group.name, filterPattern="hello world")
    assert [one["message"] for one in found["events"]] == ["hello world"]
