"""What may be delivered of a bus, and in which form: DescribeConfigurationTemplates. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeConfigurationTemplates.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from .destinations import (
    CLOUDWATCH_LOGS,
    DEFAULT_PREFIX,
    DEFAULT_SUFFIX,
    FIREHOSE,
    S3,
    SUFFIX_FIELDS,
)
from .levels import LOG_TYPES
from .log_record import FIELDS

SERVICE: Final = "events"
FORMATS: Final = ("json",)
"""Of AWS's formats; the others are refused."""


def configuration_templates() -> Iterator[dict[str, Any]]:
    """Yield a template for each log type and kind of destination."""
    for log_type in LOG_TYPES.values():
        for kind in (CLOUDWATCH_LOGS, S3, FIREHOSE):
            defaults: dict[str, Any] = {"recordFields": list(FIELDS)}
            template: dict[str, Any] = {
                "service": SERVICE,
                "logType": log_type,
                "resourceType": "event-bus",
                "deliveryDestinationType": kind,
                "defaultDeliveryConfigValues": defaults,
                "allowedFields": [{"name": name, "mandatory": False} for name in FIELDS],
                "allowedOutputFormats": list(FORMATS),
            }
            if kind == S3:
                suffix = DEFAULT_PREFIX + DEFAULT_SUFFIX
                defaults["s3DeliveryConfiguration"] = {
                    "suffixPath": suffix,
                    "enableHiveCompatiblePath": False,
                }
                template["allowedSuffixPathFields"] = list(SUFFIX_FIELDS)
            yield template


def chosen(templates: Iterable[Mapping[str, Any]], request: Mapping[str, Any]) -> list[Any]:
    """Return the templates that a request wants to see.

    Args:
        templates: All.
        request: With `service` and lists, each absent or empty for any.
    """
    wanted: Mapping[str, Sequence[str]] = {
        "service": [request["service"]] if request.get("service") else [],
        "logType": request.get("logTypes") or [],
        "resourceType": request.get("resourceTypes") or [],
        "deliveryDestinationType": request.get("deliveryDestinationTypes") or [],
    }
    return [
        one
        for one in templates
        if all(not values or one[name] in values for name, values in wanted.items())
    ]
