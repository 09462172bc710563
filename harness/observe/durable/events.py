"""An event of an execution's history, as far as a timeline needs it: no input, no result.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Event.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from .model import State

LONGEST_TEXT: Final = 256
"""Characters of a name or an error's type; the API allows no longer names."""

STARTED: Final = "Started"
COMPLETED: Final = "Completed"
ENDS: Final = {
    "Succeeded": State.SUCCEEDED,
    "Failed": State.FAILED,
    "TimedOut": State.TIMED_OUT,
    "Stopped": State.STOPPED,
    "Cancelled": State.CANCELLED,
}
_TYPE: Final = re.compile(rf"(\w+?)({'|'.join((STARTED, COMPLETED, *ENDS))})")

_OUTSIDE: Final = ("Execution", "Invocation")
_BY_THE_SERVICE: Final = ("Wait", "Callback", "ChainedInvoke")
"""What the service ends; the function ends steps and contexts, and begins everything."""


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes:
        number: Its place in the history, counted from 1.
        at: When.
        kind: `Execution`, `Invocation`, or an operation's.
        what: `Started`, `Completed`, or one of `ENDS`.
        operation: The operation's id.
        parent: The id of the operation that it belongs to.
        name: The operation's name.
        sub_type: The SDK's finer word for its kind.
        error: The type of the error; empty without one, or without its data.
        has_error: Whether there was one.
        details: The members that the API has for this type, without input, result and error.
    """

    number: int
    at: datetime
    kind: str
    what: str
    operation: str
    parent: str
    name: str
    sub_type: str
    error: str
    has_error: bool
    details: Mapping[str, Any] = field(repr=False)

    @property
    def is_an_operations(self) -> bool:
        return self.kind not in _OUTSIDE

    @property
    def is_the_functions(self) -> bool:
        """Whether the function told it, so that it ran at that moment."""
        if not self.is_an_operations:
            return False
        return self.what == STARTED or self.kind not in _BY_THE_SERVICE

    def seconds(self, name: str) -> timedelta | None:
        """Return a member that counts seconds; None when it isn't there, or is 0."""
        value = self.details.get(name)
        return timedelta(seconds=value) if value else None

    def instant(self, name: str) -> datetime | None:
        value = self.details.get(name)
        return None if value is None else utc(value)


def events_of(members: Iterable[Mapping[str, Any]]) -> list[Event]:
    """Return events by their place, each once, whatever the order of pages.

    Types that this version doesn't know are left out.
    """
    found = {event.number: event for one in members if (event := _event(one)) is not None}
    return [found[number] for number in sorted(found)]


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def short(text: Any) -> str:
    """Return a name that somebody else gave as a line of bounded length, all of it printable."""
    written = (letter if letter.isprintable() else " " for letter in str(text or ""))
    line = " ".join("".join(written).split())
    return line if len(line) <= LONGEST_TEXT else f"{line[: LONGEST_TEXT - 1]}…"


def _event(members: Mapping[str, Any]) -> Event | None:
    kind_of = _TYPE.fullmatch(members["EventType"])
    if kind_of is None:
        return None
    details = dict(members.get(f"{members['EventType']}Details") or {})
    error = details.pop("Error", None)
    told = (error or {}).get("Payload") or {}
    return Event(
        number=members["EventId"],
        at=utc(members["EventTimestamp"]),
        kind=kind_of[1],
        what=kind_of[2],
        operation=members.get("Id", ""),
        parent=members.get("ParentId") or "",
        name=short(members.get("Name")),
        sub_type=members.get("SubType") or "",
        error=short(told.get("ErrorType")),
        # Without the data it is only said that something was cut off; an empty one was none.
        has_error=bool(told) or bool((error or {}).get("Truncated")),
        details={name: details[name] for name in details.keys() & _KEPT},
    )


_KEPT: Final = {
    "RetryDetails",
    "Duration",
    "ScheduledEndTimestamp",
    "Timeout",
    "FunctionName",
    "StartTimestamp",
    "EndTimestamp",
}
