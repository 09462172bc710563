"""Events of status changes, for the default event bus of the function's account.

Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-monitoring.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from localstack.aws.connect import connect_to
from localstack.services.plugins import SERVICE_PLUGINS

from . import outbox

if TYPE_CHECKING:
    from .execution import DurableExecution

SOURCE: Final = "aws.lambda"
DETAIL_TYPE: Final = "Durable Execution Status Change"


def publish(execution: DurableExecution) -> None:
    """Tell the bus the status that an execution has now."""
    # A bus that nobody has asked for has no rules, and asking loads EventBridge.
    if SERVICE_PLUGINS._services.get("events") is None:
        return
    arn, detail = execution.arn, detail_of(execution)

    def send() -> None:
        events = connect_to(aws_access_key_id=arn.account, region_name=arn.region).events
        entry = {
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Time": execution.ended_at or execution.started_at,
            "Detail": json.dumps(detail),
            "Resources": [],
        }
        events.put_events(Entries=[entry])

    outbox.post(f"status {detail['status']} of {arn.name}", send)


def detail_of(execution: DurableExecution) -> dict[str, Any]:
    """Return an event's detail; the input isn't part of it."""
    detail = {
        "durableExecutionArn": str(execution.arn),
        "durableExecutionName": execution.arn.name,
        "functionArn": execution.arn.version_arn,
        "status": execution.status,
        "startTimestamp": _iso(execution.started_at),
    }
    if execution.ended_at is not None:
        detail["endTimestamp"] = _iso(execution.ended_at)
    return detail


def _iso(at: Any) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
