"""AWS/Lambda metrics as they reach CloudWatch.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.eventually import eventually

from .conftest import SOON

FAIL_IF_TOLD = """
def handler(event, context):
    if event.get("fail"):
        raise ValueError("asked to fail")
"""


@pytest.fixture
def function(create):
    return create(FAIL_IF_TOLD)


@pytest.fixture
def total(aws):
    """Returns a metric's sum over the last hour, with its unit."""
    cloudwatch = aws("cloudwatch")

    def of(metric, statistic="Sum", **dimensions):
        now = datetime.now(UTC)
        found = cloudwatch.get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=7200,
            Statistics=[statistic],
        )["Datapoints"]
        return sum(point[statistic] for point in found), {point["Unit"] for point in found}

    return of


def settles(look, expected):
    def settled():
        assert look() == expected

    eventually(settled, within=SOON)


def test_invocations_and_errors_are_counted_apart(lambda_client, function, total):
    for payload in ("{}", '{"fail": 1}', "{}"):
        lambda_client.invoke(FunctionName=function, Payload=payload)
    settles(lambda: total("Invocations", FunctionName=function), (3, {"Count"}))
    assert total("Errors", FunctionName=function) == (1, {"Count"})
    assert total("Throttles", FunctionName=function) == (0, {"Count"})


def test_duration_and_concurrency_come_with_each_invocation(lambda_client, function, total):
    lambda_client.invoke(FunctionName=function, Payload="{}")
    settles(lambda: total("ConcurrentExecutions", "Maximum", FunctionName=function), (1, {"Count"}))
    duration, units = total("Duration", FunctionName=function)
    assert duration > 0
    assert units == {"Milliseconds"}


def test_a_throttled_request_is_counted_as_such(lambda_client, function, total):
    lambda_client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError, match="Rate Exceeded"):
        lambda_client.invoke(FunctionName=function, Payload="{}")

    # boto3 itself tries again.
    def throttled():
        assert total("Throttles", FunctionName=function)[0] >= 1

    eventually(throttled, within=SOON)
    assert total("Invocations", FunctionName=function) == (0, set())


def test_an_alias_has_metrics_of_its_own(lambda_client, function, total):
    version = lambda_client.publish_version(FunctionName=function)["Version"]
    lambda_client.create_alias(FunctionName=function, Name="live", FunctionVersion=version)
    lambda_client.invoke(FunctionName=function, Payload="{}", Qualifier="live")
    lambda_client.invoke(FunctionName=function, Payload="{}")
    settles(lambda: total("Invocations", FunctionName=function)[0], 2)
    live = {"FunctionName": function, "Resource": f"{function}:live"}
    assert total("Invocations", **live)[0] == 1
    assert total("Invocations", **live, ExecutedVersion=version)[0] == 1
    assert total("Invocations", FunctionName=function, Resource=function)[0] == 1


def test_asynchronous_events_are_counted_as_received(lambda_client, function, total):
    lambda_client.invoke(FunctionName=function, Payload="{}", InvocationType="Event")
    settles(lambda: total("AsyncEventsReceived", FunctionName=function), (1, {"Count"}))
    settles(lambda: total("Invocations", FunctionName=function)[0], 1)
    assert total("AsyncEventAge", FunctionName=function)[1] == {"Milliseconds"}
