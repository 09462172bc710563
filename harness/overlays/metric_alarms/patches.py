"""Every touch on LocalStack's CloudWatch: what an alarm may be, when it changes, what it does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.api.cloudwatch import ResourceNotFound
from localstack.services.cloudwatch import alarm_scheduler, provider_v2
from localstack.services.cloudwatch.alarm_scheduler import AlarmScheduler
from localstack.services.cloudwatch.models import (
    LocalStackAlarm,
    LocalStackMetricAlarm,
    cloudwatch_stores,
)
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider
from localstack.utils.aws.arns import cloudwatch_alarm_arn

from harness.overlays.core import clock, extends, replaces

from . import actions, evaluating, history, readings, requests
from .notifications import State

_KEPT = (
    "StateValue",
    "StateReason",
    "StateReasonData",
    "StateUpdatedTimestamp",
    "StateTransitionedTimestamp",
)


@replaces(alarm_scheduler.calculate_alarm_state, written_for="c57359d0d310")
def calculate_alarm_state(alarm_arn: str) -> None:
    # Upstream doesn't align periods, reads one at a time, and counts missing ones otherwise.
    evaluating.evaluate_alarm(alarm_arn)


@extends(AlarmScheduler.schedule_metric_alarm, written_for="f13a2c0690b0")
def schedule_metric_alarm(upstream: Any, self: AlarmScheduler, alarm_arn: str) -> None:
    # Upstream evaluates once in N periods; AWS each minute, however long they are.
    upstream(self, alarm_arn)
    alarm = evaluating.alarm_of(alarm_arn)
    self.delete_scheduler_for_alarm(alarm_arn)
    if alarm is None or not readings.is_evaluated(alarm):
        return
    self.scheduled_alarms[alarm_arn] = self.scheduler.schedule(
        func=calculate_alarm_state,
        period=readings.seconds_between_evaluations(alarm),
        start=clock.now(),
        args=[alarm_arn],
    )


@extends(CloudwatchProvider.put_metric_alarm, written_for="3ec3276b5a10")
def put_metric_alarm(
    upstream: Any, self: CloudwatchProvider, context: RequestContext, request: Any
) -> None:
    # Upstream takes comparison operators that nothing evaluates, and begins anew with each put.
    requests.check(request)
    arn = cloudwatch_alarm_arn(request["AlarmName"], context.account_id, context.region)
    alarms = cloudwatch_stores[context.account_id][context.region].alarms
    former = alarms.get(arn)
    if isinstance(former, LocalStackMetricAlarm):
        if requests.is_the_same(request, former.alarm):
            return
        kept = {name: former.alarm[name] for name in _KEPT if name in former.alarm}
        upstream(self, context, request)
        alarms[arn].alarm.update(kept)
        history.updated(alarms[arn], former.alarm)
    else:
        upstream(self, context, request)
        history.created(alarms[arn])


@extends(CloudwatchProvider.delete_alarms, written_for="4e8805eb7ff0")
def delete_alarms(
    upstream: Any,
    self: CloudwatchProvider,
    context: RequestContext,
    alarm_names: Any,
    **kwargs: Any,
) -> None:
    alarms = cloudwatch_stores[context.account_id][context.region].alarms
    arns = [cloudwatch_alarm_arn(name, context.account_id, context.region) for name in alarm_names]
    going = [alarms[arn] for arn in arns if arn in alarms]
    upstream(self, context, alarm_names, **kwargs)
    for alarm in going:
        history.deleted(alarm)


@replaces(CloudwatchProvider.set_alarm_state, written_for="c177a5ff57ff")
def set_alarm_state(
    self: CloudwatchProvider,
    context: RequestContext,
    alarm_name: str,
    state_value: str,
    state_reason: str,
    state_reason_data: str | None = None,
    **kwargs: Any,
) -> None:
    # Upstream tells no bus and no history of actions, and gives reason data a date of its own.
    requests.check_state(state_value)
    data = requests.reason_data(state_reason_data)
    arn = cloudwatch_alarm_arn(alarm_name, context.account_id, context.region)
    with provider_v2._STORE_LOCK:
        alarm = cloudwatch_stores[context.account_id][context.region].alarms.get(arn)
        if alarm is None:
            raise ResourceNotFound()
        if alarm.alarm["StateValue"] == state_value:
            return
        old = State.of(alarm.alarm)
        alarm.alarm["StateTransitionedTimestamp"] = datetime.now(UTC)
        self._update_state(context, alarm, state_value, state_reason, data)
        self._evaluate_composite_alarms(context, alarm)
    actions.run(alarm, old)


@replaces(CloudwatchProvider._update_state, written_for="86f5bdce6d34")
def update_state(
    self: CloudwatchProvider,
    context: RequestContext,
    alarm: LocalStackAlarm,
    state_value: str,
    state_reason: str,
    state_reason_data: Mapping[str, Any] | None = None,
) -> None:
    # Upstream dates the item of history with the change before, and keeps former reason data.
    old = State.of(alarm.alarm)
    alarm.alarm.update(StateValue=state_value, StateReason=state_reason)
    alarm.alarm.pop("StateReasonData", None)
    if state_reason_data:
        alarm.alarm["StateReasonData"] = json.dumps(state_reason_data)
    alarm.alarm["StateUpdatedTimestamp"] = datetime.now(UTC)
    history.state_changed(alarm, old.in_history, State.of(alarm.alarm).in_history)
    actions.tell(alarm, old)


@replaces(CloudwatchProvider.describe_alarm_history, written_for="b9fefdf56c0e")
def describe_alarm_history(
    self: CloudwatchProvider,
    context: RequestContext,
    alarm_name: str | None = None,
    alarm_contributor_id: str | None = None,
    alarm_types: list[str] | None = None,
    history_item_type: str | None = None,
    start_date: datetime | None = None,
    end_date: datetime | None = None,
    max_records: int | None = None,
    next_token: str | None = None,
    scan_by: str | None = None,
    **kwargs: Any,
) -> Any:
    # Upstream heeds the name and the dates alone, and tells the oldest first.
    if alarm_contributor_id:
        raise CommonServiceException(
            "NotImplemented", "This emulator's alarms have no contributors.", 501
        )
    items = history.chosen(
        cloudwatch_stores[context.account_id][context.region].histories,
        name=alarm_name,
        kind=history_item_type,
        alarm_types=alarm_types,
        start=start_date,
        end=end_date,
        is_ascending=scan_by == "TimestampAscending",
    )
    at = int(next_token or 0)
    page = items[at : at + (max_records or 100)]
    more = {"NextToken": str(at + len(page))} if at + len(page) < len(items) else {}
    return {"AlarmHistoryItems": page, **more}
