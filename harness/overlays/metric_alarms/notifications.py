"""What an alarm tells of a change of its state: to topics, functions and the default bus. Pure.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from .reasons import moment

Alarm = Mapping[str, Any]
SOURCE: Final = "aws.cloudwatch"
DETAIL_TYPE: Final = "CloudWatch Alarm State Change"


@dataclass(frozen=True)
class State:
    """A state that an alarm has or had.

    Attributes:
        value: `OK`, `ALARM` or `INSUFFICIENT_DATA`.
        reason: Why, for people.
        data: Why, as JSON; empty for none.
        since: When it was set, as CloudWatch writes times.
    """

    value: str
    reason: str
    data: str
    since: str

    @classmethod
    def of(cls, alarm: Alarm) -> State:
        """Return the state that an alarm has now."""
        return cls(
            alarm["StateValue"],
            alarm["StateReason"],
            alarm.get("StateReasonData") or "",
            moment(alarm["StateUpdatedTimestamp"]),
        )

    @property
    def in_history(self) -> dict[str, Any]:
        told: dict[str, Any] = {"stateValue": self.value, "stateReason": self.reason}
        return told | ({"stateReasonData": json.loads(self.data)} if self.data else {})

    @property
    def in_events(self) -> dict[str, Any]:
        told = {"value": self.value, "reason": self.reason, "timestamp": self.since}
        return told | ({"reasonData": self.data} if self.data else {})


def region_name(region: str) -> str:
    """Return a Region's name for people, such as `US East (N. Virginia)`."""
    return _regions().get(region, region)


@cache
def _regions() -> dict[str, str]:
    import botocore.loaders

    partitions = botocore.loaders.Loader().load_data("endpoints")["partitions"]
    return {
        name: described["description"]
        for partition in partitions
        for name, described in partition["regions"].items()
    }


def subject_of(alarm: Alarm) -> str:
    """Return the subject of an e-mail."""
    region = alarm["AlarmArn"].split(":")[3]
    return f'{alarm["StateValue"]}: "{alarm["AlarmName"]}" in {region_name(region)}'[:100]


def message_of(alarm: Alarm, old: State) -> dict[str, Any]:
    """Return the message that a topic gets of a metric alarm, as the object that it is."""
    region, account = alarm["AlarmArn"].split(":")[3:5]
    return {
        "AlarmName": alarm["AlarmName"],
        "AlarmDescription": alarm.get("AlarmDescription"),
        "AWSAccountId": account,
        "AlarmConfigurationUpdatedTimestamp": moment(alarm["AlarmConfigurationUpdatedTimestamp"]),
        "NewStateValue": alarm["StateValue"],
        "NewStateReason": alarm["StateReason"],
        "StateChangeTime": moment(alarm["StateUpdatedTimestamp"]),
        "Region": region_name(region),
        "AlarmArn": alarm["AlarmArn"],
        "OldStateValue": old.value,
        "OKActions": alarm.get("OKActions", []),
        "AlarmActions": alarm.get("AlarmActions", []),
        "InsufficientDataActions": alarm.get("InsufficientDataActions", []),
        "Trigger": _trigger(alarm),
    }


def _trigger(alarm: Alarm) -> dict[str, Any]:
    trigger: dict[str, Any] = {}
    if alarm.get("MetricName"):
        trigger |= {"MetricName": alarm["MetricName"], "Namespace": alarm.get("Namespace")}
        if extended := alarm.get("ExtendedStatistic"):
            trigger |= {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": extended}
        else:
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", alarm.get("Statistic") or "")
            trigger |= {"StatisticType": "Statistic", "Statistic": words.upper()}
        trigger["Unit"] = alarm.get("Unit")
        trigger["Dimensions"] = [
            {"value": one["Value"], "name": one["Name"]} for one in alarm.get("Dimensions") or ()
        ]
    trigger |= {
        "Period": int(alarm.get("Period") or 0),
        "EvaluationPeriods": int(alarm["EvaluationPeriods"]),
    }
    if alarm.get("DatapointsToAlarm"):
        trigger["DatapointsToAlarm"] = int(alarm["DatapointsToAlarm"])
    trigger |= {
        "ComparisonOperator": alarm["ComparisonOperator"],
        "Threshold": float(alarm.get("Threshold") or 0),
        "TreatMissingData": alarm.get("TreatMissingData", ""),
        "EvaluateLowSampleCountPercentile": alarm.get("EvaluateLowSampleCountPercentile", ""),
    }
    if alarm.get("Metrics"):
        trigger["Metrics"] = alarm["Metrics"]
    return trigger


def email_of(alarm: Alarm, old: State) -> str:
    """Return the text that readers of e-mail get."""
    state, region = alarm["StateValue"], region_name(alarm["AlarmArn"].split(":")[3])
    at = alarm["StateUpdatedTimestamp"]
    return (
        f'You are receiving this email because your Amazon CloudWatch Alarm "{alarm["AlarmName"]}" '
        f"in the {region} region has entered the {state} state, because "
        f'"{alarm["StateReason"]}" at "{at:%A %d %B, %Y %H:%M:%S} UTC".\n\n'
        "Alarm Details:\n"
        f"- Name: {alarm['AlarmName']}\n"
        f"- Description: {alarm.get('AlarmDescription') or ''}\n"
        f"- State Change: {old.value} -> {state}\n"
        f"- Reason for State Change: {alarm['StateReason']}\n"
        f"- Timestamp: {at:%A %d %B, %Y %H:%M:%S} UTC\n"
        f"- AWS Account: {alarm['AlarmArn'].split(':')[4]}\n"
        f"- Alarm Arn: {alarm['AlarmArn']}\n"
    )


def structured(alarm: Alarm, old: State) -> str:
    """Return what is published: JSON for programs, a line for phones, a text for e-mail."""
    return json.dumps(
        {
            "default": json.dumps(message_of(alarm, old)),
            "sms": subject_of(alarm),
            "email": email_of(alarm, old),
        }
    )


def configuration_of(alarm: Alarm) -> dict[str, Any]:
    """Return an alarm's configuration as events tell it."""
    if "AlarmRule" in alarm:
        return {"alarmRule": alarm["AlarmRule"]}
    metrics: Any = alarm.get("Metrics") or [
        {
            "id": str(uuid.uuid4()),
            "metricStat": {
                "metric": {
                    "namespace": alarm.get("Namespace"),
                    "name": alarm.get("MetricName"),
                    "dimensions": {
                        one["Name"]: one["Value"] for one in alarm.get("Dimensions") or ()
                    },
                },
                "period": int(alarm.get("Period") or 0),
                "stat": alarm.get("Statistic") or alarm.get("ExtendedStatistic"),
            },
            "returnData": True,
        }
    ]
    described = {"description": alarm["AlarmDescription"]} if "AlarmDescription" in alarm else {}
    return {**described, "metrics": metrics}


def event_of(alarm: Alarm, old: State) -> dict[str, Any]:
    """Return the entry of the event that the default bus gets."""
    detail = {
        "alarmName": alarm["AlarmName"],
        "state": State.of(alarm).in_events,
        "previousState": old.in_events,
        "configuration": configuration_of(alarm),
    }
    return {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Resources": [alarm["AlarmArn"]],
        "Time": alarm["StateUpdatedTimestamp"],
        "Detail": json.dumps(detail),
    }
