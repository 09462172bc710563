"""What a log group of CloudWatch Logs holds, read through the API that every target has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class LogEvent:
    """One event of a log group.

    Attributes:
        at: Its own timestamp.
        stream: The log stream that it lies in.
        message: Its text, without the line's end.
    """

    at: datetime
    stream: str
    message: str

    @property
    def document(self) -> Any:
        """The message, read as JSON.

        Raises:
            ValueError: It isn't JSON.
        """
        return json.loads(self.message)


def log_events(
    logs: Any, group: str, *, since: datetime | None = None, pattern: str | None = None
) -> list[LogEvent]:
    """Read a log group, the oldest event first.

    Args:
        logs: A boto3 client of CloudWatch Logs.
        group: Name of the log group; one that doesn't exist (yet) has no events.
        since: Leave out what is older.
        pattern: A filter pattern of CloudWatch Logs.

    Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
    """
    wanted: dict[str, Any] = {"logGroupName": group}
    if since is not None:
        wanted["startTime"] = int(since.timestamp() * 1000)
    if pattern is not None:
        wanted["filterPattern"] = pattern
    try:
        pages = list(logs.get_paginator("filter_log_events").paginate(**wanted))
    except logs.exceptions.ResourceNotFoundException:
        return []
    events = [_event(found) for page in pages for found in page["events"]]
    # Streams come one after another; sorting is stable, so that equal instants keep their order.
    return sorted(events, key=lambda event: event.at)


def log_groups(logs: Any, prefix: str) -> Iterator[str]:
    """Yield the names of the log groups that start with a prefix."""
    for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
        for group in page["logGroups"]:
            yield group["logGroupName"]


def _event(found: dict[str, Any]) -> LogEvent:
    return LogEvent(
        at=datetime.fromtimestamp(found["timestamp"] / 1000, UTC),
        stream=found.get("logStreamName", ""),
        message=found["message"].rstrip("\n"),
    )
