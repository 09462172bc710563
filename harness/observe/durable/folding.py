"""What AWS's API says about an execution, made a timeline. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from .events import ENDS, Event, events_of, short, utc
from .invocations import invocations_of, pauses_of
from .model import State, Timeline
from .operations import operations_of

STATUSES: Final = {
    State.SUCCEEDED: "SUCCEEDED",
    State.FAILED: "FAILED",
    State.TIMED_OUT: "TIMED_OUT",
    State.STOPPED: "STOPPED",
}
"""AWS's words for the ends of an execution."""


def timeline_of(
    execution: Mapping[str, Any],
    history: Iterable[Mapping[str, Any]],
    *,
    now: datetime | None = None,
    is_cut: bool = False,
) -> Timeline:
    """Return the timeline of an execution.

    Args:
        execution: What GetDurableExecution answers.
        history: The events of GetDurableExecutionHistory, of all pages, in any order; with or
            without their data, of which nothing but the types of errors is taken.
        now: The target's time, up to which an open execution is drawn; without it, up to its last
            event.
        is_cut: Whether there are more events than `history` has.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecutionHistory.html
    """
    events = events_of(history)
    status, end, error = _end_of(execution, events)
    start = utc(execution["StartTimestamp"])
    known = [start, *(event.at for event in events)]
    until = end or max(known if now is None else [utc(now), *known])
    invocations = invocations_of(events, ended=end)
    arn = str(execution["DurableExecutionArn"])
    function, version = function_of(arn)
    return Timeline(
        arn=arn,
        name=short(execution.get("DurableExecutionName")),
        function=function,
        version=version,
        status=status,
        start=min(start, until),
        end=end,
        until=until,
        error=error,
        operations=operations_of(events, ended=end),
        invocations=invocations,
        pauses=pauses_of(
            invocations,
            until=until,
            ran_to_its_end=status in (STATUSES[State.SUCCEEDED], STATUSES[State.FAILED]),
        ),
        is_cut=is_cut,
    )


def _end_of(execution: Mapping[str, Any], events: list[Event]) -> tuple[str, datetime | None, str]:
    """Return status, end and error's type; of two sources the history, which is read later."""
    for event in reversed(events):
        if event.kind == "Execution" and event.what in ENDS:
            state = ENDS[event.what]
            error = event.error or short((execution.get("Error") or {}).get("ErrorType"))
            return STATUSES.get(state, state.name), event.at, error
    ended = execution.get("EndTimestamp")
    error = short((execution.get("Error") or {}).get("ErrorType"))
    return str(execution["Status"]), utc(ended) if ended else None, error


def function_of(arn: str) -> tuple[str, str]:
    """Return the function and version that an execution's ARN names."""
    parts = arn.partition("/")[0].split(":")
    return (parts[6], parts[7]) if len(parts) > 7 else (arn, "")
