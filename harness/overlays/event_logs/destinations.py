"""Where logs are delivered: log groups, buckets, delivery streams. Pure.

Sources: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html,
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

CLOUDWATCH_LOGS, S3, FIREHOSE = "CWL", "S3", "FH"
TYPES: Final[Mapping[str, str]] = {"logs": CLOUDWATCH_LOGS, "s3": S3, "firehose": FIREHOSE}
"""Service in a destination's ARN → `deliveryDestinationType`."""

DEFAULT_PREFIX: Final = "AWSLogs/{account-id}/EventBusLogs/"
DEFAULT_SUFFIX: Final = "{region}/{yyyy}/{MM}/{dd}/"
SUFFIX_FIELDS: Final = ("account-id", "region", "yyyy", "MM", "dd", "HH")
"""Variables that a path may have."""

_HIVE_NAMES: Final[Mapping[str, str]] = {
    "account-id": "aws-account-id",
    "region": "region",
    "yyyy": "year",
    "MM": "month",
    "dd": "day",
    "HH": "hour",
}
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Bucket:
    """A bucket as a destination.

    Attributes:
        name: The bucket's name.
        prefix: What its ARN adds: it takes the place of the default prefix.
    """

    name: str
    prefix: str

    @classmethod
    def of(cls, arn: str) -> Bucket:
        """Read the ARN of a bucket, with or without a prefix."""
        name, _, prefix = arn.split(":", 5)[5].partition("/")
        return cls(name, f"{prefix.rstrip('/')}/" if prefix else "")


def type_of(arn: str) -> str | None:
    """Return the `deliveryDestinationType` of a resource; None when logs can't go there."""
    parts = arn.split(":", 5)
    if len(parts) < 6 or parts[0] != "arn":
        return None
    return TYPES.get(parts[2])


def whole_suffix(given: str | None, arn: str) -> str:
    """Return a delivery's `suffixPath` as CreateDelivery answers it.

    Args:
        given: As it was asked for; None for the default.
        arn: The bucket, whose own prefix replaces the default one.
    """
    suffix = DEFAULT_SUFFIX if given is None else given
    if Bucket.of(arn).prefix or suffix.startswith("AWSLogs/"):
        return suffix
    return DEFAULT_PREFIX + suffix


def unknown_variables(suffix: str) -> list[str]:
    """Return the variables of a path that there aren't."""
    return [name for name in _VARIABLE.findall(suffix) if name not in SUFFIX_FIELDS]


def object_key(
    bucket: Bucket,
    suffix: str,
    *,
    is_hive: bool,
    account: str,
    region: str,
    bus: str,
    at: float,
    part: str,
) -> str:
    """Return the key of an object of log records.

    Args:
        bucket: Where it goes.
        suffix: The delivery's `suffixPath`.
        is_hive: Whether each variable is written as `name=value`.
        account: The account of the source.
        region: Its region.
        bus: The bus's name.
        at: When, in seconds since the epoch.
        part: What tells two objects of one moment apart.
    """
    time = datetime.fromtimestamp(at, UTC)
    values = {
        "account-id": account,
        "region": region,
        "yyyy": f"{time:%Y}",
        "MM": f"{time:%m}",
        "dd": f"{time:%d}",
        "HH": f"{time:%H}",
    }

    def written(found: re.Match[str]) -> str:
        name = found[1]
        return f"{_HIVE_NAMES[name]}={values[name]}" if is_hive else values[name]

    path = _VARIABLE.sub(written, suffix)
    path = f"{path.rstrip('/')}/" if path else ""
    file = f"{account}_EventBusLogs_{region}_{bus}_{time:%Y%m%dT%H%MZ}_{part}.log.gz"
    return f"{bucket.prefix}{path}{file}"
