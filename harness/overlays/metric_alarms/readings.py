"""The datapoints of an alarm's evaluation range.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from localstack.aws.connect import connect_to

from .rules import OPERATORS, Datapoint

_MINUTE: Final = 60


def is_evaluated(alarm: Mapping[str, Any]) -> bool:
    """Whether an alarm is one of a single metric and of a statistic that is computed here."""
    needed = ("MetricName", "Namespace", "Period", "Statistic", "Threshold")
    return all(alarm.get(name) is not None for name in needed) and (
        alarm.get("ComparisonOperator") in OPERATORS
    )


def seconds_between_evaluations(alarm: Mapping[str, Any]) -> int:
    """Return how often an alarm is evaluated: each minute, those of short periods every 10 s."""
    return _MINUTE if int(alarm["Period"]) >= _MINUTE else 10


def periods_before(now: datetime, alarm: Mapping[str, Any], number: int) -> list[datetime]:
    """Return when the latest complete periods began, the oldest first.

    A period ends with a whole minute, or whole ten seconds, and slides with them: it doesn't have
    to begin at a multiple of itself.

    Args:
        now: When the alarm is evaluated.
        alarm: Its configuration.
        number: How many periods.
    """
    step, period = seconds_between_evaluations(alarm), timedelta(seconds=int(alarm["Period"]))
    end = datetime.fromtimestamp(now.timestamp() // step * step, UTC)
    return [end - period * back for back in range(number, 0, -1)]


def read(alarm: Mapping[str, Any], starts: list[datetime], *, arn: str) -> list[Datapoint]:
    """Read what an alarm's metric was in some periods.

    Args:
        alarm: Its configuration.
        starts: When they began, the oldest first.
        arn: The alarm's.
    """
    region, account = arn.split(":")[3:5]
    cloudwatch = connect_to(aws_access_key_id=account, region_name=region).cloudwatch
    metric = {
        "Namespace": alarm["Namespace"],
        "MetricName": alarm["MetricName"],
        "Dimensions": alarm.get("Dimensions") or [],
    }
    period = int(alarm["Period"])

    def found(statistic: str) -> dict[datetime, float]:
        stat: dict[str, Any] = {"Metric": metric, "Period": period, "Stat": statistic}
        if alarm.get("Unit"):
            stat["Unit"] = alarm["Unit"]
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[{"Id": "m", "MetricStat": stat}],
            StartTime=starts[0],
            EndTime=starts[-1] + timedelta(seconds=period),
        )
        [result] = answer["MetricDataResults"]
        return dict(zip(result["Timestamps"], result["Values"], strict=True))

    values = found(alarm["Statistic"])
    samples = found("SampleCount") if values else {}
    return [Datapoint(start, values.get(start), samples.get(start, 0)) for start in starts]
