"""Log groups, alarms, dashboards: what watches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .kind import Kind, Turn, as_mapping, last_part, only


def _look_for_group(client: Any, which: str) -> Any:
    for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=which):
        for group in page["logGroups"]:
            if group["logGroupName"] == which:
                return group
    return only([], which, "DescribeLogGroups")


def group_arn(group: Mapping[str, Any]) -> str:
    """Return the ARN that a described log group's tags are kept under."""
    return str(group.get("logGroupArn") or group["arn"].removesuffix(":*"))


def _group_tags(client: Any, which: str) -> dict[str, str]:
    arn = group_arn(_look_for_group(client, which))
    tags: dict[str, str] = client.list_tags_for_resource(resourceArn=arn).get("tags") or {}
    return tags


def _look_for_alarm(client: Any, which: str) -> Any:
    answer = client.describe_alarms(
        AlarmNames=[last_part(which)], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return only(answer["MetricAlarms"] + answer["CompositeAlarms"], which, "DescribeAlarms")


def _alarm_tags(client: Any, which: str) -> dict[str, str]:
    arn = _look_for_alarm(client, which)["AlarmArn"]
    return as_mapping(client.list_tags_for_resource(ResourceARN=arn)["Tags"])


KINDS: Final = {
    "AWS::Logs::LogGroup": Kind(
        "logs",
        look=_look_for_group,
        delete=lambda client, which: client.delete_log_group(logGroupName=which),
        tags=_group_tags,
        turn=Turn.LOGS,
    ),
    "AWS::CloudWatch::Alarm": Kind(
        "cloudwatch",
        look=_look_for_alarm,
        delete=lambda client, which: client.delete_alarms(AlarmNames=[last_part(which)]),
        tags=_alarm_tags,
        turn=Turn.FIRST,
    ),
    "AWS::CloudWatch::Dashboard": Kind(
        "cloudwatch",
        look=lambda client, which: client.get_dashboard(DashboardName=which),
        delete=lambda client, which: client.delete_dashboards(DashboardNames=[which]),
        turn=Turn.FIRST,
    ),
}
