"""The rows of LocalStack's two tables of metric data that a PutMetricData request makes. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Row = tuple[Any, ...]

_COLUMNS: Final = (
    "account_id, region, metric_name, namespace, timestamp, dimensions, unit, storage_resolution"
)
INSERT_SINGLE: Final = (
    f"INSERT INTO SINGLE_METRICS ({_COLUMNS}, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_AGGREGATED: Final = (
    f"INSERT INTO AGGREGATED_METRICS ({_COLUMNS}, sample_count, sum, min, max) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def single(datum: Mapping[str, Any], common: Row) -> Iterator[Row]:
    """Yield a row for each value of a datum, as often as it counts.

    Args:
        datum: The `MetricDatum`.
        common: What its rows begin with.
    """
    if (value := datum.get("Value")) is not None:
        yield (*common, value)
        return
    values = datum.get("Values") or ()
    counts = datum.get("Counts") or [1] * len(values)
    for value, count in zip(values, counts, strict=True):
        for _ in range(int(count)):
            yield (*common, value)


def aggregated(datum: Mapping[str, Any], common: Row) -> Iterator[Row]:
    """Yield the row of a datum's statistic set, if it has one."""
    if statistics := datum.get("StatisticValues"):
        names = ("SampleCount", "Sum", "Minimum", "Maximum")
        yield (*common, *(statistics.get(name) for name in names))
