"""When rules with a schedule are due, and their timers.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from crontab import CronTab

from harness.overlays.core import clock

LOG = logging.getLogger(__name__)

_RATE: Final = re.compile(r"rate\s*\(\s*(\d+)\s+(minute|hour|day)s?\s*\)")
_SECONDS: Final = {"minute": 60, "hour": 3600, "day": 86_400}
_WEEKDAY: Final = re.compile(r"(?<![#/\d])\d")


def period_of(expression: str) -> int | None:
    """Return the seconds of a `rate(…)`; None of another expression."""
    found = _RATE.fullmatch(expression)
    return int(found[1]) * _SECONDS[found[2]] if found else None


def next_due(expression: str, after: float) -> float | None:
    """Return the first instant after another at which a schedule is due; None when it never is.

    Args:
        expression: `rate(…)`, or the six fields of a `cron(…)`.
        after: In seconds since the epoch; of a rate, when it was due before or was made.
    """
    if (period := period_of(expression)) is not None:
        return after + period
    delay = CronTab(_in_crontabs_days(expression)).next(
        datetime.fromtimestamp(after, UTC), delta=True
    )
    return None if delay is None else round(after + delay)


def _in_crontabs_days(expression: str) -> str:
    # AWS's week begins with SUN as 1, the library's with 0.
    fields = expression.split()
    if len(fields) == 6:
        fields[4] = _WEEKDAY.sub(lambda day: str((int(day[0]) - 1) % 7), fields[4])
    return " ".join(fields)


@dataclass
class Job:
    """One rule's schedule.

    Attributes:
        function: Sends the event.
        expression: See `next_due`.
        enabled: Says whether the rule is.
        arn: The rule's.
        timer: Of the next time.
    """

    function: Callable[[], None]
    expression: str
    enabled: Callable[[], bool]
    arn: str
    timer: clock.Timer | None = None


class Jobs:
    """The schedules of all rules."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._numbers = iter(range(1, 1 << 62))

    def add(
        self,
        function: Callable[[], None],
        expression: str,
        *,
        enabled: Callable[[], bool],
        arn: str,
    ) -> str:
        """Begin a schedule, in the place of the rule's earlier one; return the job's id."""
        if arn:
            self.cancel_of(arn)
        job = Job(function, expression, enabled, arn)
        with self._lock:
            number = str(next(self._numbers))
            self._jobs[number] = job
        self._arm(job, clock.now())
        return number

    def cancel(self, job_id: str | None) -> None:
        with self._lock:
            job = self._jobs.pop(job_id or "", None)
        if job is not None and job.timer is not None:
            job.timer.cancel()

    def cancel_of(self, arn: str) -> None:
        """Cancel what a rule has."""
        for number in self._of(arn):
            self.cancel(number)

    def reschedule(self, arn: str, expression: str | None, enabled: Callable[[], bool]) -> None:
        """Give a rule that has a schedule another one, beginning now."""
        for number in self._of(arn):
            job = self._jobs[number]
            if expression is None:
                self.cancel(number)
            else:
                self.add(job.function, expression, enabled=enabled, arn=arn)

    def _of(self, arn: str) -> list[str]:
        with self._lock:
            return [number for number, job in self._jobs.items() if job.arn == arn]

    def _arm(self, job: Job, after: float) -> None:
        try:
            due = next_due(job.expression, after)
        except ValueError as problem:
            LOG.warning("The schedule %s of %s is never due: %s", job.expression, job.arn, problem)
            return
        if due is None:
            return

        def fire() -> None:
            # First: a target that fails must not end the schedule.
            self._arm(job, due)
            if job.enabled():
                job.function()

        parts = job.arn.split(":")
        job.timer = clock.schedule(
            due,
            fire,
            what=f"schedule of {job.arn or 'a rule'}",
            account=parts[4] if len(parts) > 4 else "",
        )


JOBS: Final = Jobs()
