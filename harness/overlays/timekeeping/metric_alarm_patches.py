"""CloudWatch's alarms on the clock, and LocalStack's own periodic tasks off it."""

from __future__ import annotations

from localstack.services.cloudwatch import alarm_scheduler
from localstack.utils import scheduler

from harness.overlays.core import substitutes
from harness.overlays.core.virtual_threading import MACHINE_TIME

from .clock_scheduler import ClockScheduler

substitutes(alarm_scheduler, "Scheduler", ClockScheduler, written_for="35738120a5c0")
# What has a period there is housekeeping. On the wall clock it would make up for each period that
# a jump leaves out.
substitutes(scheduler, "time", MACHINE_TIME, written_for="ce768d6fe7ef")
