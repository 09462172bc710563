"""CloudWatch metrics: a query reads the metric with exactly the dimensions that it names.

LocalStack reads every metric whose dimensions contain them, so that a function's total includes
that of each alias.
Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""

from __future__ import annotations

from harness.overlays.core import Overlay


class Metrics(Overlay):
    name = "metrics"
    fills = "CloudWatch: a metric is its namespace, name and exact dimensions"


overlay = Metrics()
