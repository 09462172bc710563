"""What invocations add to metrics, without an emulator.

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.overlays.lambda_service.metrics import Resource, completed, throttled

AT = datetime(2026, 3, 2, tzinfo=UTC)
PLAIN = Resource("111111111111", "us-east-1", "orders")
NAME = {"Name": "FunctionName", "Value": "orders"}

ADDRESSED = {
    "the function": (PLAIN, [[], [NAME], [NAME, {"Name": "Resource", "Value": "orders"}]]),
    "a version": (
        Resource("111111111111", "us-east-1", "orders", "7"),
        [[], [NAME], [NAME, {"Name": "Resource", "Value": "orders:7"}]],
    ),
    "an alias": (
        Resource("111111111111", "us-east-1", "orders", "live", alias_version="7"),
        [
            [],
            [NAME],
            [NAME, {"Name": "Resource", "Value": "orders:live"}],
            [
                NAME,
                {"Name": "Resource", "Value": "orders:live"},
                {"Name": "ExecutedVersion", "Value": "7"},
            ],
        ],
    ),
}


@pytest.mark.parametrize(("resource", "dimensions"), ADDRESSED.values(), ids=ADDRESSED)
def test_a_metric_is_kept_under_each_set_of_dimensions(resource, dimensions):
    assert list(resource.dimensions()) == dimensions


def of_function(observation):
    return {
        datum["MetricName"]: (datum["Value"], datum["Unit"])
        for datum in observation.data()
        if datum["Dimensions"] == [NAME]
    }


def run(*, failed):
    return completed(
        PLAIN,
        at=AT,
        duration=timedelta(microseconds=12500),
        failed=failed,
        concurrent=2,
        concurrent_in_account=5,
    )


@pytest.mark.parametrize("failed", [False, True], ids=["well", "failed"])
def test_an_invocation_counts_whether_it_fails_or_not(failed):
    assert of_function(run(failed=failed)) == {
        "Invocations": (1, "Count"),
        "Errors": (int(failed), "Count"),
        "Throttles": (0, "Count"),
        "Duration": (12.5, "Milliseconds"),
        "ConcurrentExecutions": (2, "Count"),
    }


def test_the_accounts_concurrency_is_that_of_all_functions():
    without_dimensions = {
        datum["MetricName"]: datum["Value"]
        for datum in run(failed=False).data()
        if not datum["Dimensions"]
    }
    assert without_dimensions["ConcurrentExecutions"] == 5
    assert without_dimensions["Invocations"] == 1


def test_a_throttled_request_isnt_an_invocation():
    assert of_function(throttled(PLAIN, at=AT)) == {"Throttles": (1, "Count")}
