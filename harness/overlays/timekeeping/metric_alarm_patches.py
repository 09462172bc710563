"""CloudWatch's alarms on the clock, and LocalStack's own periodic tasks off it."""

from __future__ import annotations

from typing import Any

from localstack.services.cloudwatch import alarm_scheduler
from localstack.services.cloudwatch.alarm_scheduler import AlarmScheduler
from localstack.utils import scheduler

from harness.overlays.core import extends, substitutes
from harness.overlays.core.virtual_threading import MACHINE_TIME

from . import queue_lengths
from .clock_scheduler import ClockScheduler

substitutes(alarm_scheduler, "Scheduler", ClockScheduler, written_for="35738120a5c0")
# What has a period there is housekeeping. On the wall clock it would make up for each period that
# a jump leaves out.
substitutes(scheduler, "time", MACHINE_TIME, written_for="ce768d6fe7ef")


@extends(AlarmScheduler.schedule_metric_alarm, written_for="f13a2c0690b0")
def schedule_metric_alarm(upstream: Any, self: AlarmScheduler, alarm_arn: str) -> None:
    # Before its first evaluation.
    queue_lengths.watch(alarm_arn.split(":")[4])
    upstream(self, alarm_arn)
