"""Histories as AWS's API answers them, written down shortly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ARN = (
    "arn:aws:lambda:us-east-1:111111111111:function:process:$LATEST/durable-execution/leave-42/1f0c"
)


def at(**after: float) -> datetime:
    """Return an instant, counted from the execution's begin."""
    return START + timedelta(**after)


class History:
    """The events of one execution, in the order in which they are added."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(self, event_type: str, when: datetime, operation: str = "", **members: Any) -> History:
        """Add an event: `Id`, `Name`, `ParentId` and `SubType` beside the type's own members."""
        outer = {
            name: members.pop(name) for name in ("Name", "ParentId", "SubType") if name in members
        }
        event = {
            "EventType": event_type,
            "EventId": len(self.events) + 1,
            "EventTimestamp": when,
            f"{event_type}Details": members,
            **outer,
        }
        if operation:
            event |= {"Id": operation, "Name": outer.get("Name", operation)}
        self.events.append(event)
        return self

    def step(
        self, name: str, when: datetime, end: datetime | None = None, **members: Any
    ) -> History:
        """Add a step with one attempt that succeeds."""
        self.add("StepStarted", when, name, **members)
        return self.add(
            "StepSucceeded", end or when, name, RetryDetails={"CurrentAttempt": 1}, **members
        )

    def failure(self, name: str, when: datetime, error: str, attempt: int, delay: int) -> History:
        """Add the end of an attempt that fails, and is repeated after a delay in seconds."""
        retries = {"CurrentAttempt": attempt}
        retries |= {"NextAttemptDelaySeconds": delay} if delay else {}
        return self.add(
            "StepFailed",
            when,
            name,
            Error={"Payload": {"ErrorType": error, "ErrorMessage": "no"}, "Truncated": False},
            RetryDetails=retries,
        )

    def invoked(self, start: datetime, end: datetime, error: str = "") -> History:
        told = {"Error": {"Payload": {"ErrorType": error}, "Truncated": False}} if error else {}
        return self.add(
            "InvocationCompleted",
            end,
            StartTimestamp=start,
            EndTimestamp=end,
            RequestId="r",
            **told,
        )


def execution(
    status: str = "RUNNING", end: datetime | None = None, **members: Any
) -> dict[str, Any]:
    """Return what GetDurableExecution answers."""
    answer = {
        "DurableExecutionArn": ARN,
        "DurableExecutionName": "leave-42",
        "FunctionArn": ARN.partition("/")[0],
        "StartTimestamp": START,
        "Status": status,
        **members,
    }
    return answer if end is None else {**answer, "EndTimestamp": end}


@pytest.fixture
def history() -> History:
    """A history that has just begun."""
    return History().add("ExecutionStarted", START, "1f0c", Name="leave-42")


@pytest.fixture
def leave() -> Callable[[], History]:
    """Writes the history of a leave request: a step that is retried, three months, a callback."""

    def write() -> History:
        told = History().add("ExecutionStarted", START, "1f0c", Name="leave-42")
        told.step("store", at(milliseconds=500))
        told.add("StepStarted", at(milliseconds=600), "charge")
        told.failure("charge", at(milliseconds=700), "Busy", 1, 60)
        told.invoked(START, at(seconds=1))
        told.add("StepStarted", at(seconds=61), "charge")
        told.add("StepSucceeded", at(seconds=61), "charge", RetryDetails={"CurrentAttempt": 2})
        told.add(
            "WaitStarted",
            at(seconds=61),
            "three-months",
            Duration=90 * 86400,
            ScheduledEndTimestamp=at(seconds=61, days=90),
        )
        told.invoked(at(seconds=61), at(seconds=62))
        told.add("WaitSucceeded", at(days=90, seconds=61), "three-months", Duration=90 * 86400)
        told.add("ContextStarted", at(days=90, seconds=61), "approval", SubType="WaitForCallback")
        told.add(
            "CallbackStarted",
            at(days=90, seconds=61),
            "callback",
            ParentId="approval",
            CallbackId="secret",
            Timeout=300,
        )
        told.invoked(at(days=90, seconds=61), at(days=90, seconds=62))
        return told

    return write
