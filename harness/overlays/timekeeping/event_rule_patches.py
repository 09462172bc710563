"""EventBridge rules with a schedule, on the clock.

LocalStack looks once a minute which rules are due in the next one, from a thread that may drift.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localstack.services.events import provider, rule, scheduler
from localstack.services.events.provider import EventsProvider
from localstack.services.events.rule import RuleService
from localstack.services.events.scheduler import JobScheduler

from harness.overlays.core import extends, replaces, substitutes
from harness.overlays.core.virtual_threading import start_counted

from . import rule_schedules

substitutes(provider, "start_worker_thread", start_counted, written_for="1416b6808c18")


@extends(scheduler.convert_schedule_to_cron, written_for="926a71a56820", also_in=(rule.__name__,))
def convert_schedule_to_cron(upstream: Callable[[str], str], schedule: str) -> str:
    # Upstream makes `rate(7 minutes)` one of the minutes 0, 7, …, 56 of each hour.
    converted = upstream(schedule)
    return schedule.strip() if scheduler.RATE_REGEX.match(schedule) else converted


@replaces(RuleService.create_schedule_job, written_for="ed3992051a50")
def create_schedule_job(self: RuleService, schedule_job_sender_func: Callable[[], None]) -> None:
    self.job_id = rule_schedules.JOBS.add(
        schedule_job_sender_func,
        self.schedule_cron,
        enabled=lambda: self.rule.state != "DISABLED",
        arn=self.rule.arn,
    )


@extends(EventsProvider.put_rule, written_for="061c4e8a7ec6")
def put_rule(upstream: Callable[..., Any], self: EventsProvider, *args: Any, **kwargs: Any) -> Any:
    # Upstream leaves a changed rule on its old schedule until it gets targets anew.
    answer = upstream(self, *args, **kwargs)
    if service := self._rule_services_store.get(answer["RuleArn"]):
        changed = service.rule
        rule_schedules.JOBS.reschedule(
            changed.arn, service.schedule_cron, lambda: changed.state != "DISABLED"
        )
    return answer


@extends(EventsProvider._delete_rule_services, written_for="89dc967545b1")
def delete_rule_services(upstream: Callable[..., None], self: EventsProvider, rules: Any) -> None:
    # Upstream goes on with the schedule of a deleted rule.
    for deleted in rules.values() if isinstance(rules, dict) else [rules]:
        rule_schedules.JOBS.cancel_of(deleted.arn)
    upstream(self, rules)


@replaces(JobScheduler.start_loop, written_for="51d8230fd502")
def start_loop(self: JobScheduler) -> None:
    """Start nothing: each rule has a timer."""


@replaces(JobScheduler.add_job, written_for="346942a59317")
def add_job(self: JobScheduler, job_func: Any, schedule: str, enabled: bool = True) -> str:
    return rule_schedules.JOBS.add(job_func, schedule, enabled=lambda: enabled, arn="")


@replaces(JobScheduler.cancel_job, written_for="59c86bab9528")
def cancel_job(self: JobScheduler, job_id: str) -> None:
    rule_schedules.JOBS.cancel(job_id)


@replaces(JobScheduler.disable_job, written_for="b58f2f773b66")
def disable_job(self: JobScheduler, job_id: str) -> None:
    rule_schedules.JOBS.cancel(job_id)
