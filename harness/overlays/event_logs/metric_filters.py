"""What log events add to metrics through metric filters. Pure.

LocalStack counts each log event of an account for each of its filters, whichever log group they
are of.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.overlays.core.metric_data import Metric

from .filter_patterns import compile_pattern
from .json_patterns import select
from .pattern_values import InvalidPatternError, number

Value = tuple[Metric, float, float]
"""A metric, a value of it, and when: in seconds since the epoch."""


def values(
    filters: Iterable[Mapping[str, Any]],
    log_group: str,
    log_events: Iterable[Mapping[str, Any]],
    *,
    account: str,
    region: str,
) -> Iterator[Value]:
    """Yield what log events add to metrics.

    Args:
        filters: Metric filters, as PutMetricFilter takes them, of any log group.
        log_group: The log events' log group.
        log_events: With `timestamp`, in milliseconds, and `message`.
        account: Whose.
        region: Where.
    """
    events = list(log_events)
    for one in filters:
        if one.get("logGroupName") != log_group:
            continue
        try:
            match = compile_pattern(one.get("filterPattern") or "")
        except InvalidPatternError:
            continue
        for event in events:
            found = match(event["message"])
            for transformation in one.get("metricTransformations") or ():
                yield from _of_event(transformation, found, event, account, region)


def _of_event(
    transformation: Mapping[str, Any],
    found: Mapping[str, Any] | None,
    event: Mapping[str, Any],
    account: str,
    region: str,
) -> Iterator[Value]:
    if found is None:
        value = transformation.get("defaultValue")
        dimensions: dict[str, str] | None = {}
    else:
        value = _value(str(transformation.get("metricValue", "1")), found)
        dimensions = _dimensions(transformation.get("dimensions") or {}, found)
    if value is None or dimensions is None:
        return
    metric = Metric(
        account,
        region,
        transformation["metricNamespace"],
        transformation["metricName"],
        tuple(sorted(dimensions.items())),
        transformation.get("unit") or "None",
    )
    yield metric, float(value), event["timestamp"] / 1000


def _value(wanted: str, found: Mapping[str, Any]) -> float | None:
    if not wanted.startswith("$"):
        return number(wanted)
    selected = _selected(found, wanted)
    return None if selected is None else number(str(selected))


def _dimensions(wanted: Mapping[str, str], found: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the dimensions' values; None when a field isn't there, for then nothing is counted."""
    dimensions = {}
    for name, selector in wanted.items():
        value = _selected(found, selector)
        if value is None:
            return None
        dimensions[name] = str(value)
    return dimensions


def _selected(found: Mapping[str, Any], selector: str) -> Any:
    if selector.startswith("$."):
        return next(iter(select(found, selector)), None)
    return found.get(selector.removeprefix("$"))
