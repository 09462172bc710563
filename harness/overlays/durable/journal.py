"""An execution's history: events in the order in which they came about. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecutionHistory.html
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_durable_execution_sdk_python.lambda_service import ErrorObject, Operation

Event = dict[str, Any]


class Journal:
    """The events of one execution."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def add(
        self,
        event_type: str,
        at: datetime,
        details: dict[str, Any] | None = None,
        operation: Operation | None = None,
    ) -> None:
        """Add an event; its id is its place, counted from 1.

        Args:
            event_type: One of the service's.
            at: When.
            details: The member that is named after the type.
            operation: What it happened to; none for an invocation.
        """
        event: Event = {
            "EventType": event_type,
            "EventId": len(self._events) + 1,
            "EventTimestamp": at,
        }
        if operation is not None:
            event["Id"] = operation.operation_id
            for name, value in (
                ("Name", operation.name),
                ("ParentId", operation.parent_id),
                ("SubType", operation.sub_type and operation.sub_type.value),
            ):
                if value is not None:
                    event[name] = value
        event[f"{event_type}Details"] = details or {}
        self._events.append(event)

    def amend(self, event_type: str, operation_id: str, details: dict[str, Any]) -> None:
        """Add what became known after an event: to the latest one of an operation and type."""
        for event in reversed(self._events):
            if event["EventType"] == event_type and event.get("Id") == operation_id:
                event[f"{event_type}Details"] |= details
                return

    def events(self, *, with_data: bool) -> list[Event]:
        """Return the events; without data, what they carry counts as cut off."""
        events = list(self._events)
        return events if with_data else [_without_data(event) for event in events]


def payload(text: str | None) -> dict[str, Any]:
    """Wrap an input or a result."""
    return {"Truncated": False} if text is None else {"Payload": text, "Truncated": False}


def error(problem: ErrorObject | None) -> dict[str, Any]:
    """Wrap an error."""
    members = problem.to_dict() if problem is not None else {}
    return {"Payload": dict(members), "Truncated": False}


def size_of(event: Event) -> int:
    """Return roughly how many bytes an event takes on the wire."""
    return 300 + sum(
        len(str(wrapped["Payload"]))
        for details in event.values()
        if isinstance(details, dict)
        for wrapped in details.values()
        if isinstance(wrapped, dict) and "Payload" in wrapped
    )


def _without_data(event: Event) -> Event:
    bare = dict(event)
    for name, details in event.items():
        if isinstance(details, dict):
            bare[name] = {
                member: {"Truncated": True} if _is_wrapper(value) else value
                for member, value in details.items()
            }
    return bare


def _is_wrapper(value: Any) -> bool:
    return isinstance(value, dict) and "Truncated" in value
