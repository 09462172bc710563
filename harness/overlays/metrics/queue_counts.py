"""What SQS counts of messages, gathered and summed up on its way to CloudWatch.

LocalStack makes a request of each value: more work than the message itself, for three threads that
fall behind a busy queue.
Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
"""

from __future__ import annotations

from typing import Final

from harness.overlays.core import clock
from harness.overlays.core.metric_data import Metric, MetricPublisher

NAMESPACE: Final = "AWS/SQS"

publisher: Final = MetricPublisher()


def count(*, account: str, region: str, queue: str, metric: str, value: float, unit: str) -> None:
    """Add a value to a queue's metric; returns at once."""
    wanted = Metric(account, region, NAMESPACE, metric, (("QueueName", queue),), unit)
    publisher.add([wanted], value, clock.now())
