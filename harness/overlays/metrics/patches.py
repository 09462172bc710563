"""Where LocalStack's CloudWatch reads and writes its database."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

from localstack.aws.api.cloudwatch import ScanBy
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase

from harness.overlays.core import replaces

from . import queries


@replaces(CloudwatchDatabase.get_metric_data_stat, written_for="9faee85d1aca")
def get_metric_data_stat(
    self: CloudwatchDatabase,
    account_id: str,
    region: str,
    query: dict[str, Any],
    start_time: datetime,
    end_time: datetime,
    scan_by: str | None,
) -> dict[str, list[Any]]:
    # Upstream compares dimensions with LIKE '%Name=Value%', and asks once for each period.
    stat = query["MetricStat"]
    metric = stat["Metric"]
    sql, values = queries.statistic(
        account=account_id,
        region=region,
        namespace=metric["Namespace"],
        name=metric["MetricName"],
        dimensions=self._get_ordered_dimensions_with_separator(metric.get("Dimensions")),
        unit=stat.get("Unit"),
        statistic=stat["Stat"],
        start=self._convert_timestamp_to_unix(start_time),
        end=self._convert_timestamp_to_unix(end_time),
        period=stat["Period"],
    )
    with self.DATABASE_LOCK, sqlite3.connect(self.METRICS_DB_READ_ONLY, uri=True) as connection:
        points = connection.execute(sql, values).fetchall()
    if scan_by in (None, ScanBy.TimestampDescending):
        points.reverse()
    return {"timestamps": [at for at, _ in points], "values": [value for _, value in points]}


@replaces(CloudwatchDatabase._restore_dimensions_from_string, written_for="0df3813d215c")
def restore_dimensions_from_string(
    self: CloudwatchDatabase, dimensions: str | None
) -> list[dict[str, str]] | None:
    # Upstream breaks on a value with an equals sign.
    return queries.dimensions_of(dimensions)
