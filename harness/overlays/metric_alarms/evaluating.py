"""One evaluation of an alarm: read, decide, and change its state if it is another one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.cloudwatch.models import LocalStackMetricAlarm, cloudwatch_stores

from . import readings, reasons
from .rules import Rule, evaluate


def alarm_of(arn: str) -> dict[str, Any] | None:
    """Return an alarm's configuration and state; None if there is no such metric alarm."""
    region, account = arn.split(":")[3:5]
    # `in` first: reading an account that isn't there would make it.
    if account not in cloudwatch_stores:
        return None
    found = cloudwatch_stores[account][region].alarms.get(arn)
    return dict(found.alarm) if isinstance(found, LocalStackMetricAlarm) else None


def evaluate_alarm(arn: str) -> None:
    """Evaluate an alarm now, on the emulator's clock."""
    alarm = alarm_of(arn)
    if alarm is None or not readings.is_evaluated(alarm):
        return
    now, rule = datetime.now(UTC), Rule.of(alarm)
    starts = readings.periods_before(now, alarm, rule.evaluation_range)
    verdict = evaluate(readings.read(alarm, starts, arn=arn), rule)
    if verdict.state is None or verdict.state == alarm["StateValue"]:
        return
    region, account = arn.split(":")[3:5]
    connect_to(aws_access_key_id=account, region_name=region).cloudwatch.set_alarm_state(
        AlarmName=alarm["AlarmName"],
        StateValue=verdict.state,
        StateReason=reasons.reason_of(verdict, rule, alarm["StateValue"]),
        StateReasonData=json.dumps(reasons.reason_data_of(verdict, rule, alarm, now)),
    )
