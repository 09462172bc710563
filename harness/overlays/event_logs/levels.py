"""Which steps a bus logs at which level, and into which log type. Pure.

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-execution-steps.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ERROR, INFO, TRACE = "ERROR", "INFO", "TRACE"
LEVELS: Final = ("OFF", ERROR, INFO, TRACE)
"""In order: each includes the ones before it."""

LOG_TYPES: Final[Mapping[str, str]] = {
    ERROR: "ERROR_LOGS",
    INFO: "INFO_LOGS",
    TRACE: "TRACE_LOGS",
}
"""Level of a record → log type of the delivery source that it goes to, and to no other."""

LEVEL_OF: Final[Mapping[str, str]] = {
    "EVENT_RECEIPT": TRACE,
    "EVENT_INGEST_SUCCESS": INFO,
    "EVENT_INGEST_FAILURE": ERROR,
    "RULE_MATCH_START": TRACE,
    "RULE_MATCH": INFO,
    "NO_STANDARD_RULES_MATCHED": INFO,
    "INVOCATION_START": INFO,
    "INVOCATION_THROTTLE_START": ERROR,
    "INVOCATION_ATTEMPT_START": TRACE,
    "INVOCATION_ATTEMPT_SUCCESS": TRACE,
    "INVOCATION_ATTEMPT_THROTTLE": ERROR,
    "INVOCATION_ATTEMPT_RETRYABLE_FAILURE": ERROR,
    "INVOCATION_ATTEMPT_PERMANENT_FAILURE": ERROR,
    "INVOCATION_SUCCESS": INFO,
    "INVOCATION_FAILURE": ERROR,
    "INVOCATION_DLQ": ERROR,
}
"""Message type → the lowest level that has it, which is the record's `log_level`."""


def is_logged(message_type: str, level: str) -> bool:
    """Whether a bus of a level logs a step."""
    return LEVELS.index(LEVEL_OF[message_type]) <= LEVELS.index(level)
