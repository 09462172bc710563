"""CloudWatch metrics: a query reads the metric with exactly the dimensions that it names.

LocalStack reads every metric whose dimensions contain them, so that a function's total includes
that of each alias. It makes a request of each value that SQS counts.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from __future__ import annotations

from harness.overlays.core import Overlay, clock

from . import queue_counts


class Metrics(Overlay):
    name = "metrics"
    fills = "CloudWatch: a metric is its namespace, name and exact dimensions"

    def install(self) -> None:
        super().install()
        clock.before_jump(queue_counts.publisher.flush)

    def reset(self, account: str, region: str | None = None) -> None:
        queue_counts.publisher.forget(account, region)


overlay = Metrics()
