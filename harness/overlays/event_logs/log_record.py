"""A step as a record of a bus's log. Pure.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-schema.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from harness.overlays.core.event_steps import Step

from .levels import LEVEL_OF

FIELDS: Final = (
    "resource_arn",
    "request_id",
    "event_id",
    "invocation_id",
    "message_timestamp_ms",
    "message_type",
    "log_level",
    "details",
    "error",
    "dropped_fields",
)
"""A record's members, in order."""

ONLY_IN_FULL: Final = ("event_detail", "target_input", "target_properties")
"""Details that a bus logs with `IncludeDetail: FULL` alone."""

LARGEST: Final = 1_048_576
"""Bytes of a record."""

DROPPED_FIRST: Final = (
    "event_detail",
    "target_input",
    "target_properties",
    "target_response_body",
)
"""Details that a record that is too large goes without, in this order."""


def record_of(step: Step) -> dict[str, Any]:
    """Return the record of a step; it fits the largest size."""
    details = {
        name: value
        for name, value in step.details.items()
        if step.log_config.include_detail == "FULL" or name not in ONLY_IN_FULL
    }
    record: dict[str, Any] = {"resource_arn": step.bus_arn, "request_id": step.request_id}
    record["event_id"] = step.event_id
    if step.invocation_id:
        record["invocation_id"] = step.invocation_id
    record["message_timestamp_ms"] = step.at_ms
    record["message_type"] = step.message_type
    record["log_level"] = LEVEL_OF[step.message_type]
    record["details"] = details
    if step.error:
        record["error"] = dict(step.error)
    return _fitting(record)


def _fitting(record: dict[str, Any]) -> dict[str, Any]:
    dropped: list[str] = []
    for name in DROPPED_FIRST:
        if len(text_of(record).encode()) <= LARGEST:
            break
        if record["details"].pop(name, None) is not None:
            dropped.append(name)
            record["dropped_fields"] = dropped
    return record


def chosen(record: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """Return the members of a record that a delivery wants; all if it says none."""
    if not fields:
        return record
    return {name: record[name] for name in fields if name in record}


def text_of(record: dict[str, Any]) -> str:
    """Return a record as a line of a log."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)
