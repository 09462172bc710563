"""The lengths of queues that alarms watch, reported once a minute of the clock.

LocalStack reports all of them once a minute of the machine's time, so that an alarm on a clock that
jumps sees none. Queues that no alarm watches stay LocalStack's: a year of minutes is many timers.

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from localstack.services.cloudwatch.models import cloudwatch_stores
from localstack.services.sqs.models import SqsQueue, sqs_stores
from localstack.utils.cloudwatch.cloudwatch_util import (
    SqsMetricBatchData,
    publish_sqs_metric_batch,
)

from harness.overlays.core import clock

NAMESPACE: Final = "AWS/SQS"
MINUTE: Final = 60

LENGTHS: Final[Mapping[str, Callable[[SqsQueue], int]]] = {
    "ApproximateNumberOfMessagesVisible": lambda queue: queue.approximate_number_of_messages,
    "ApproximateNumberOfMessagesNotVisible": lambda queue: (
        queue.approximate_number_of_messages_not_visible
    ),
    "ApproximateNumberOfMessagesDelayed": lambda queue: (
        queue.approximate_number_of_messages_delayed
    ),
}

_lock: Final = threading.Lock()
_timers: Final[dict[str, clock.Timer]] = {}


def watch(account: str) -> None:
    """Report an account's queues from now on, as long as it has alarms on queues."""
    with _lock:
        timer = _timers.get(account)
        if timer is not None and timer.is_pending:
            return
    _report(account)


def _report(account: str) -> None:
    watched = list(_watched(account))
    if not watched:
        return
    # First: what can't be reported this time is reported the next.
    with _lock:
        _timers[account] = clock.schedule(
            clock.now() + MINUTE,
            lambda: _report(account),
            what=f"lengths of watched queues of {account}",
            account=account,
        )
    by_region: dict[str, list[SqsMetricBatchData]] = {}
    for region, queue in watched:
        data = by_region.setdefault(region, [])
        for name, length in LENGTHS.items():
            data.append(
                SqsMetricBatchData(QueueName=queue.name, MetricName=name, Value=length(queue))
            )
    for region, data in by_region.items():
        publish_sqs_metric_batch(account_id=account, region=region, sqs_metric_batch_data=data)


def _watched(account: str) -> Iterator[tuple[str, SqsQueue]]:
    # `in` first: reading an account that isn't there would make it.
    if account not in cloudwatch_stores or account not in sqs_stores:
        return
    for region, store in list(dict.items(cloudwatch_stores[account])):
        names = {name for alarm in list(store.alarms.values()) for name in _queues(alarm.alarm)}
        queues = dict(sqs_stores[account][region].queues) if names else {}
        yield from ((region, queues[name]) for name in sorted(names) if name in queues)


def _queues(alarm: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the queues that an alarm watches."""
    metrics = [
        alarm,
        *(
            query["MetricStat"]["Metric"]
            for query in alarm.get("Metrics") or ()
            if "MetricStat" in query
        ),
    ]
    for metric in metrics:
        if metric.get("Namespace") != NAMESPACE:
            continue
        for dimension in metric.get("Dimensions") or ():
            if dimension["Name"] == "QueueName":
                yield dimension["Value"]
