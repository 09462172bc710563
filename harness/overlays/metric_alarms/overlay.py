"""CloudWatch alarms: evaluated as AWS does, with history, actions and events.

LocalStack evaluates once in all evaluation periods, counts missing datapoints by rules of its own,
and tells topics alone.
"""

from __future__ import annotations

from harness.overlays.core import Overlay


class MetricAlarms(Overlay):
    name = "metric_alarms"
    fills = "CloudWatch alarms: M out of N, missing data, reasons, history, actions, events"


overlay = MetricAlarms()
