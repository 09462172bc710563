"""The queries on LocalStack's table of metric data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_AGGREGATES: Final[Mapping[str, tuple[str, str]]] = {
    "Sum": ("SUM(value)", "sum"),
    "Average": ("SUM(value) / SUM(samples)", "sum"),
    "Minimum": ("MIN(value)", "min"),
    "Maximum": ("MAX(value)", "max"),
    "SampleCount": ("SUM(samples)", "sample_count"),
}
"""Statistic → how it is made of values, and which column of aggregated data is its value."""

NO_UNIT: Final = "NULL_VALUE"  # LocalStack's own word


def statistic(
    *,
    account: str,
    region: str,
    namespace: str,
    name: str,
    dimensions: str | None,
    unit: str | None,
    statistic: str,
    start: int,
    end: int,
    period: int,
) -> tuple[str, Mapping[str, Any]]:
    """Return the query for a statistic of one metric by period, and its values.

    Its rows are the start of each period that has data, ascending, and the statistic.

    Args:
        account: Whose metric.
        region: Where.
        namespace: Of the metric.
        name: Of the metric.
        dimensions: As LocalStack writes them into the table; None for none.
        unit: Only data of it; `NO_UNIT` for data without one, None for all.
        statistic: CloudWatch's name of it.
        start: Seconds since the epoch; the first period begins then.
        end: Seconds since the epoch, excluded.
        period: In seconds.

    Raises:
        KeyError: There is no such statistic here.
    """
    aggregate, column = _AGGREGATES[statistic]
    unit_is = {None: "1", NO_UNIT: "unit IS NULL"}.get(unit, "unit = :unit")
    matches = f"""
        account_id = :account AND region = :region AND namespace = :namespace
        AND metric_name = :name AND dimensions IS :dimensions AND {unit_is}
        AND timestamp >= :start AND timestamp < :end
    """
    sql = f"""
        SELECT CAST((timestamp - :start) / :period AS INTEGER) * :period + :start AS begins,
               {aggregate}
        FROM (
            SELECT timestamp, CAST(value AS REAL) AS value, 1 AS samples
            FROM SINGLE_METRICS WHERE {matches}
            UNION ALL
            SELECT timestamp, CAST({column} AS REAL) AS value, sample_count AS samples
            FROM AGGREGATED_METRICS WHERE {matches}
        )
        GROUP BY begins HAVING SUM(samples) > 0 ORDER BY begins
    """
    return sql, {
        "account": account,
        "region": region,
        "namespace": namespace,
        "name": name,
        "dimensions": dimensions,
        "unit": unit,
        "start": start,
        "end": end,
        "period": period,
    }


def dimensions_of(stored: str | None) -> list[dict[str, str]] | None:
    """Read dimensions as LocalStack writes them into the table."""
    if not stored:
        return None
    pairs = (pair.partition("=") for pair in stored.split("\t") if pair)
    return [{"Name": name, "Value": value} for name, _, value in pairs]
