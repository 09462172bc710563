"""Metrics that a function publishes for its tenants: CloudWatch keeps them apart by dimension."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
NAMESPACE = "Tenants"


@pytest.fixture(scope="module")
def cloudwatch(aws):
    client = aws("cloudwatch")
    for tenant, values in {"ana": [1.0, 2.0], "ben": [10.0]}.items():
        for value in values:
            client.put_metric_data(
                Namespace=NAMESPACE,
                MetricData=[
                    {
                        "MetricName": "Requests",
                        "Dimensions": [{"Name": "TenantId", "Value": tenant}],
                        "Timestamp": NOW,
                        "Value": value,
                        "Unit": "Count",
                    }
                ],
            )
    return client


@pytest.mark.parametrize(("tenant", "total"), [("ana", 3.0), ("ben", 10.0)])
def test_a_metric_is_read_back_for_one_tenant(cloudwatch, tenant, total):
    dimensions = [{"Name": "TenantId", "Value": tenant}]
    window = {"StartTime": NOW - timedelta(minutes=5), "EndTime": NOW + timedelta(minutes=5)}
    statistics = cloudwatch.get_metric_statistics(
        Namespace=NAMESPACE,
        MetricName="Requests",
        Dimensions=dimensions,
        Period=60,
        Statistics=["Sum"],
        **window,
    )
    assert [point["Sum"] for point in statistics["Datapoints"]] == [total]

    metric = {"Namespace": NAMESPACE, "MetricName": "Requests", "Dimensions": dimensions}
    query = {"Id": "sum", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
    data = cloudwatch.get_metric_data(MetricDataQueries=[query], **window)
    assert data["MetricDataResults"][0]["Values"] == [total]


def test_tenants_are_listed_by_their_metrics(cloudwatch):
    listed = cloudwatch.list_metrics(Namespace=NAMESPACE, MetricName="Requests")["Metrics"]
    assert {metric["Dimensions"][0]["Value"] for metric in listed} == {"ana", "ben"}
