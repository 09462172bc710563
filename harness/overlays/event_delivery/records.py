"""Tells each step of an event: to metrics, and to whoever listens (bus logs).

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-logs-schema.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from harness.overlays.core import clock
from harness.overlays.core.event_steps import Step, tell
from harness.overlays.core.metric_data import MetricPublisher

from . import metrics
from .failures import THROTTLING, DeliveryError
from .received import Invocation, Received

SUCCESS: Final = "SUCCESS"

publisher = MetricPublisher()

_NOT_PROPERTIES: Final = frozenset(
    {"Id", "Arn", "RoleArn", "Input", "InputPath", "InputTransformer", "DeadLetterConfig",
     "RetryPolicy"}
)  # fmt: skip


def count(name: str, received: Received, *, rule: str = "", value: float = 1) -> None:
    """Add a value to one of EventBridge's metrics."""
    found = metrics.metrics(
        name, account=received.account, region=received.region, bus=received.bus_name, rule=rule
    )
    publisher.add(found, value, clock.now())


def of_event(
    message_type: str, received: Received, *, at: float = 0, failure: DeliveryError | None = None
) -> None:
    """Tell a step that concerns the event alone.

    Args:
        message_type: The step's name.
        received: The event.
        at: When; now if absent.
        failure: Why the step failed.
    """
    if received.log_config.level == "OFF":
        return
    event = received.event
    details = {
        "caller_account_id": received.caller_account,
        "source_time_ms": _time_ms(event),
        "source": event.get("source"),
        "detail_type": event.get("detail-type"),
        "resources": event.get("resources", []),
        "event_detail": json.dumps(event.get("detail"), separators=(",", ":")),
    }
    # Nothing is listed for a rule that wasn't found.
    listed = {} if message_type == "NO_STANDARD_RULES_MATCHED" else details
    _tell(message_type, received, listed, at=at, failure=failure)


def of_match(received: Received, rule_arn: str, invocations: list[Invocation]) -> None:
    """Tell that a rule has matched."""
    if received.log_config.level == "OFF":
        return
    details = {
        "rule_arn": rule_arn,
        "target_arns": [one.arn.text for one in invocations],
        "invocation_ids": [one.id for one in invocations],
    }
    _tell("RULE_MATCH", received, details)


def of_start(message_type: str, invocation: Invocation) -> None:
    """Tell that an invocation, or an attempt of it, begins."""
    if invocation.received.log_config.level == "OFF":
        return
    details = {
        **_resources(invocation),
        "attempt_count": max(invocation.attempts, 1),
        **_sent(invocation),
    }
    _tell(message_type, invocation.received, details, invocation=invocation)


def of_attempt(
    message_type: str,
    invocation: Invocation,
    *,
    seconds: float,
    body: str,
    failure: DeliveryError | None = None,
) -> None:
    """Tell how an attempt ended.

    Args:
        message_type: The step's name.
        invocation: Whose attempt.
        seconds: How long the target took.
        body: What it answered.
        failure: Why it failed.
    """
    if invocation.received.log_config.level == "OFF":
        return
    kind = "FIRST"
    if invocation.attempts > 1:
        kind = "THROTTLE" if invocation.was_throttled else "RETRY"
    details = {
        **_resources(invocation),
        "attempt_type": kind,
        "attempt_count": invocation.attempts,
        "invocation_status": failure.code if failure else SUCCESS,
        "target_duration_ms": round(seconds * 1000),
        "target_response_body": body,
    }
    _tell(message_type, invocation.received, details, invocation=invocation, failure=failure)


def of_end(
    message_type: str,
    invocation: Invocation,
    *,
    status: str,
    seconds: float,
    body: str,
    failure: DeliveryError | None = None,
) -> None:
    """Tell how an invocation ended, or what became of its event.

    Args:
        message_type: The step's name.
        invocation: The invocation.
        status: `SUCCESS`, or the code of what failed.
        seconds: How long the target took at last.
        body: What it answered.
        failure: Why it failed.
    """
    received = invocation.received
    if received.log_config.level == "OFF":
        return
    since = round((clock.now() - received.at) * 1000)
    latencies: dict[str, int] = {}
    if invocation.attempts == 1:
        latencies["ingestion_to_start_latency_ms"] = round(
            (invocation.started_at - received.at) * 1000
        )
        latencies["ingestion_to_complete_latency_ms"] = since
    if status == SUCCESS:
        latencies["ingestion_to_success_latency_ms"] = since
    details = {
        **_resources(invocation),
        **_sent(invocation),
        "total_attempts": invocation.attempts,
        "final_invocation_status": status,
        **latencies,
        "target_duration_ms": round(seconds * 1000),
        "target_response_body": body,
    }
    _tell(message_type, received, details, invocation=invocation, failure=failure)


def attempt_failed(failure: DeliveryError) -> str:
    """Return the name of the step of a failed attempt."""
    if not failure.is_retried:
        return "INVOCATION_ATTEMPT_PERMANENT_FAILURE"
    if failure.code == THROTTLING:
        return "INVOCATION_ATTEMPT_THROTTLE"
    return "INVOCATION_ATTEMPT_RETRYABLE_FAILURE"


def _resources(invocation: Invocation) -> dict[str, Any]:
    return {
        "rule_arn": invocation.rule_arn,
        "role_arn": invocation.role,
        "target_arn": invocation.arn.text,
    }


def _sent(invocation: Invocation) -> dict[str, Any]:
    properties = {
        name: value for name, value in invocation.target.items() if name not in _NOT_PROPERTIES
    }
    return {
        "target_input": _text(invocation.input),
        "target_properties": json.dumps(properties, separators=(",", ":"), default=str),
    }


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), default=str)


def _time_ms(event: Mapping[str, Any]) -> int:
    try:
        return round(datetime.fromisoformat(str(event["time"])).timestamp() * 1000)
    except (KeyError, ValueError):
        return 0


def _tell(
    message_type: str,
    received: Received,
    details: Mapping[str, Any],
    *,
    at: float = 0,
    invocation: Invocation | None = None,
    failure: DeliveryError | None = None,
) -> None:
    tell(
        Step(
            bus_arn=received.bus.text,
            log_config=received.log_config,
            message_type=message_type,
            at_ms=round((at or clock.now()) * 1000),
            request_id=received.request_id,
            event_id=str(received.event.get("id", "")),
            invocation_id=invocation.id if invocation else "",
            details=details,
            error=_error(failure, invocation) if failure else {},
        )
    )


def _error(failure: DeliveryError, invocation: Invocation | None) -> dict[str, Any]:
    error: dict[str, Any] = {}
    if failure.status is not None:
        error["http_status_code"] = failure.status
    error["error_message"] = failure.message
    # AWS documents the member and no values.
    error["aws_service"] = f"AWS{invocation.arn.service.upper()}" if invocation else "AWSKMS"
    if failure.request_id:
        error["request_id"] = failure.request_id
    return error
