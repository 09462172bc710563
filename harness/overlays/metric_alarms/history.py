"""What DescribeAlarmHistory tells: changes of configuration and state, and actions.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from localstack.services.cloudwatch.models import LocalStackMetricAlarm, cloudwatch_stores

from .reasons import moment

VERSION: Final = "1.0"
CONFIGURATION, STATE, ACTION = "ConfigurationUpdate", "StateUpdate", "Action"
OF_ALARMS: Final = (CONFIGURATION, STATE, ACTION)
"""What is told without a type being asked for: items of contributors aren't."""

_STATE_FIELDS: Final = frozenset({"StateReason", "StateReasonData", "StateTransitionedTimestamp"})


def note(alarm: Any, kind: str, summary: str, data: Mapping[str, Any]) -> None:
    """Add an item to an alarm's history.

    Args:
        alarm: LocalStack's object of it.
        kind: The item's type.
        summary: In AWS's words.
        data: `HistoryData`.
    """
    is_metric_alarm = isinstance(alarm, LocalStackMetricAlarm)
    item = {
        "AlarmName": alarm.alarm["AlarmName"],
        "AlarmType": "MetricAlarm" if is_metric_alarm else "CompositeAlarm",
        "Timestamp": datetime.now(UTC),
        "HistoryItemType": kind,
        "HistorySummary": summary,
        "HistoryData": json.dumps(data),
    }
    cloudwatch_stores[alarm.account_id][alarm.region].histories.append(item)


def created(alarm: Any) -> None:
    data = {"version": VERSION, "type": "Create", "createdAlarm": _told(alarm.alarm)}
    note(alarm, CONFIGURATION, f'Alarm "{alarm.alarm["AlarmName"]}" created', data)


def updated(alarm: Any, former: Mapping[str, Any]) -> None:
    now, before = _told(alarm.alarm), _told(former)
    changed = {name: value for name, value in before.items() if now.get(name) != value}
    data = {
        "version": VERSION, "type": "Update", "updatedAlarm": now, "originalUpdatedFields": changed,
    }  # fmt: skip
    note(alarm, CONFIGURATION, f'Alarm "{alarm.alarm["AlarmName"]}" updated', data)


def deleted(alarm: Any) -> None:
    data = {"version": VERSION, "type": "Delete", "deletedAlarm": _told(alarm.alarm)}
    note(alarm, CONFIGURATION, f'Alarm "{alarm.alarm["AlarmName"]}" deleted', data)


def state_changed(alarm: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    """Note a change of state.

    Args:
        alarm: LocalStack's object of the alarm.
        old: `stateValue`, `stateReason` and perhaps `stateReasonData`.
        new: The same of the new state.
    """
    summary = f"Alarm updated from {old['stateValue']} to {new['stateValue']}"
    note(alarm, STATE, summary, {"version": VERSION, "oldState": old, "newState": new})


def acted(alarm: Any, action: str, published: str | None, error: str | None) -> None:
    """Note what became of an action.

    Args:
        alarm: LocalStack's object of the alarm.
        action: ARN of its resource.
        published: What was sent.
        error: Why it failed; None if it didn't.
    """
    summary = (
        f"Successfully executed action {action}"
        if error is None
        else f'Failed to execute action {action}. Received error: "{error}"'
    )
    at = alarm.alarm["StateUpdatedTimestamp"]
    data = {
        "actionState": "Succeeded" if error is None else "Failed",
        "stateUpdateTimestamp": int(at.timestamp() * 1000),
        "notificationResource": action,
        "publishedMessage": published,
        "error": error,
        "muteWindowEndTimestamp": None,
    }
    note(alarm, ACTION, summary, data)


def chosen(
    items: Sequence[Mapping[str, Any]],
    *,
    name: str | None,
    kind: str | None,
    alarm_types: Sequence[str] | None,
    start: datetime | None,
    end: datetime | None,
    is_ascending: bool,
) -> list[Mapping[str, Any]]:
    """Return the items that a request asks for, in its order. Pure."""
    found = [
        item
        for item in items
        if (name is None or item["AlarmName"] == name)
        and (item["HistoryItemType"] == kind if kind else item["HistoryItemType"] in OF_ALARMS)
        and item["AlarmType"] in (alarm_types or ("MetricAlarm", "CompositeAlarm"))
        and (start is None or item["Timestamp"] >= start)
        and (end is None or item["Timestamp"] <= end)
    ]
    return found if is_ascending else found[::-1]


def _told(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration as history writes it: names begin small, times are texts."""
    return {
        _small(name): moment(value) if isinstance(value, datetime) else value
        for name, value in alarm.items()
        if name not in _STATE_FIELDS
    }


def _small(name: str) -> str:
    # AWS's own spelling.
    return "okactions" if name == "OKActions" else name[0].lower() + name[1:]
