"""Brings what overlays count to CloudWatch: gathered, summed up, off the path of requests.

One datum for each of ten thousand events would take longer than the events. What is counted within
one second is one statistic set, which CloudWatch treats as the single values.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_StatisticSet.html
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any, Final

LOG = logging.getLogger(__name__)

DATA_IN_ONE_CALL: Final = 1000  # PutMetricData's own limit
GATHER_SECONDS: Final = 0.2

Dimensions = tuple[tuple[str, str], ...]
Put = Callable[[str, str, str, list[dict[str, Any]]], None]
"""Gets account id, region, namespace and up to 1000 `MetricDatum`s."""


@dataclass(frozen=True)
class Metric:
    """What a value belongs to.

    Attributes:
        account: 12-digit account id.
        region: Region name.
        namespace: Such as `AWS/Events`.
        name: The metric's name.
        dimensions: Names and values.
        unit: CloudWatch's word for it.
    """

    account: str
    region: str
    namespace: str
    name: str
    dimensions: Dimensions = ()
    unit: str = "Count"


class Statistics:
    """A statistic set that grows."""

    __slots__ = ("count", "maximum", "minimum", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.minimum = float("inf")
        self.maximum = float("-inf")

    def add(self, value: float) -> None:
        self.count += 1
        self.total += value
        self.minimum = min(self.minimum, value)
        self.maximum = max(self.maximum, value)

    def datum(self, metric: Metric, second: int) -> dict[str, Any]:
        """Return PutMetricData's `MetricDatum`."""
        return {
            "MetricName": metric.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
            "Timestamp": datetime.fromtimestamp(second, UTC),
            "Unit": metric.unit,
            "StatisticValues": {
                "SampleCount": self.count,
                "Sum": self.total,
                "Minimum": self.minimum,
                "Maximum": self.maximum,
            },
        }


def put_metric_data(account: str, region: str, namespace: str, data: list[dict[str, Any]]) -> None:
    """Send data to the emulator's CloudWatch."""
    from localstack.aws.connect import connect_to

    client = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
    client.put_metric_data(Namespace=namespace, MetricData=data)


class MetricPublisher:
    """Takes values from any thread and puts them from one of its own, which starts with the first.

    Whoever makes one has `flush` called before the clock jumps, so that alarms count what has
    happened before.

    Args:
        put: Takes the data.
    """

    def __init__(self, put: Put = put_metric_data) -> None:
        self._put = put
        self._lock = threading.Lock()
        self._gathered: defaultdict[tuple[Metric, int], Statistics] = defaultdict(Statistics)
        self._arrived = threading.Event()
        self._never = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, metrics: Iterable[Metric], value: float, at: float) -> None:
        """Add one value to metrics.

        Args:
            metrics: Which.
            value: In their unit.
            at: When, in seconds since the epoch.
        """
        with self._lock:
            for metric in metrics:
                self._gathered[metric, int(at)].add(value)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="metric-data", daemon=True)
                self._thread.start()
        self._arrived.set()

    def forget(self, account: str, region: str | None = None) -> None:
        """Drop what is gathered of an account; of all its regions when none is named."""
        with self._lock:
            for metric, second in list(self._gathered):
                if metric.account == account and region in (None, metric.region):
                    del self._gathered[metric, second]

    def flush(self) -> None:
        """Put all that is gathered."""
        with self._lock:
            taken, self._gathered = self._gathered, defaultdict(Statistics)
        places = defaultdict(list)
        for (metric, second), statistics in taken.items():
            place = (metric.account, metric.region, metric.namespace)
            places[place].append(statistics.datum(metric, second))
        for place, data in places.items():
            for part in batched(data, DATA_IN_ONE_CALL):
                try:
                    self._put(*place, list(part))
                except Exception:
                    LOG.exception("Metrics of %s got lost", "/".join(place))

    def _run(self) -> None:
        while True:
            self._arrived.wait()
            self._never.wait(GATHER_SECONDS)
            self._arrived.clear()
            self.flush()
