"""What each tenant used, as a metric with the tenant as its dimension."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture(scope="module")
def meter(deploy, function, eventually):
    """The stack of the function that measures, once it may: a new role's policy takes a moment."""
    meter = deploy("metrics.yaml")

    def measures():
        function(meter.outputs["Meter"]).invoke({"units": 0}, tenant="the first to try")

    eventually(measures, within=timedelta(minutes=1))
    return meter


@pytest.mark.claim("tenant-isolation.per-tenant-metric")
def test_each_tenants_use_is_read_back_for_it_alone(
    meter, function, client, new_tenant, eventually
):
    ana, ben, cleo = new_tenant(), new_tenant(), new_tenant()
    measure = function(meter.outputs["Meter"])
    for tenant, units in ((ana, 3), (ben, 10), (ana, 4)):
        measure.invoke({"units": units}, tenant=tenant)

    def used(tenant):
        now = datetime.now(UTC)
        points = client("cloudwatch").get_metric_statistics(
            Namespace=meter.outputs["Namespace"],
            MetricName="UnitsUsed",
            Dimensions=[{"Name": "TenantId", "Value": tenant}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=5),
            Period=300,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        return sum(point["Sum"] for point in points), sum(point["SampleCount"] for point in points)

    def read_back():
        assert used(ana) == (7, 2)
        assert used(ben) == (10, 1)

    eventually(read_back, within=timedelta(minutes=5))
    assert used(cleo) == (0, 0)
