"""Where LocalStack's CloudWatch reads and writes its database."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import datetime
from typing import Any

from localstack.aws.api.cloudwatch import ScanBy
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.services.sqs.provider import CloudwatchDispatcher

from harness.overlays.core import replaces

from . import queries, queue_counts, rows


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


@replaces(CloudwatchDatabase.add_metric_data, written_for="e2b4e6c816e8")
def add_metric_data(
    self: CloudwatchDatabase,
    account_id: str,
    region: str,
    namespace: str,
    metric_data: list[dict[str, Any]],
) -> None:
    # Upstream makes a connection and a transaction for each datum, and waits for the disk.
    single: list[rows.Row] = []
    aggregated: list[rows.Row] = []
    for datum in metric_data:
        at = datum.get("Timestamp")
        common = (
            account_id,
            region,
            datum.get("MetricName"),
            namespace,
            self._convert_timestamp_to_unix(at) if at else int(time.time()),
            self._get_ordered_dimensions_with_separator(datum.get("Dimensions")),
            datum.get("Unit"),
            datum.get("StorageResolution"),
        )
        single.extend(rows.single(datum, common))
        aggregated.extend(rows.aggregated(datum, common))
    with self.DATABASE_LOCK, closing(sqlite3.connect(self.METRICS_DB)) as connection, connection:
        # The data ends with the emulator; a crash of the machine may take it along.
        connection.execute("PRAGMA synchronous = OFF")
        connection.executemany(rows.INSERT_SINGLE, single)
        connection.executemany(rows.INSERT_AGGREGATED, aggregated)


@replaces(CloudwatchDatabase._restore_dimensions_from_string, written_for="0df3813d215c")
def restore_dimensions_from_string(
    self: CloudwatchDatabase, dimensions: str | None
) -> list[dict[str, str]] | None:
    # Upstream breaks on a value with an equals sign.
    return queries.dimensions_of(dimensions)


@replaces(CloudwatchDispatcher.dispatch_sqs_metric, written_for="716de8ce5050")
def dispatch_sqs_metric(
    self: CloudwatchDispatcher,
    account_id: str,
    region: str,
    queue_name: str,
    metric: str,
    value: float = 1,
    unit: str = "Count",
) -> None:
    # Upstream puts each value with a request of its own.
    if self.running:
        queue_counts.count(
            account=account_id,
            region=region,
            queue=queue_name,
            metric=metric,
            value=value,
            unit=unit,
        )
