"""A metric is its namespace, name and exact dimensions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

NAMESPACE = "Shop"


@pytest.fixture(scope="module")
def total(aws):
    """Puts data under several dimensions, and returns a reader of sums."""
    cloudwatch = aws("cloudwatch")
    data = [({}, 1), ({"Shop": "a"}, 2), ({"Shop": "a", "Till": "1"}, 4), ({"Shop": "ab"}, 8)]
    data += [({"Shop": "x=y"}, 16), ({"Shop": "_"}, 32)]
    cloudwatch.put_metric_data(
        Namespace=NAMESPACE,
        MetricData=[
            {"MetricName": "Sold", "Dimensions": named(dimensions), "Value": value}
            for dimensions, value in data
        ],
    )

    def of(**dimensions):
        now = datetime.now(UTC)
        found = cloudwatch.get_metric_data(
            MetricDataQueries=[
                {
                    "Id": "sold",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": NAMESPACE,
                            "MetricName": "Sold",
                            "Dimensions": named(dimensions),
                        },
                        "Period": 3600,
                        "Stat": "Sum",
                    },
                }
            ],
            StartTime=now - timedelta(minutes=30),
            EndTime=now + timedelta(minutes=30),
        )
        return sum(found["MetricDataResults"][0]["Values"])

    return of


def named(dimensions):
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]


@pytest.mark.parametrize(
    ("dimensions", "expected"),
    [({}, 1), ({"Shop": "a"}, 2), ({"Till": "1", "Shop": "a"}, 4), ({"Shop": "_"}, 32)],
    ids=["none", "one", "two in any order", "a character that patterns know"],
)
def test_a_query_reads_the_metric_with_exactly_its_dimensions(total, dimensions, expected):
    assert total(**dimensions) == expected


def test_a_dimension_left_out_is_another_metric(total):
    assert total(Till="1") == 0


def test_a_value_may_contain_an_equals_sign(total, aws):
    assert total(Shop="x=y") == 16
    listed = aws("cloudwatch").list_metrics(Namespace=NAMESPACE)["Metrics"]
    assert named({"Shop": "x=y"}) in [metric.get("Dimensions") for metric in listed]
