"""Events of an execution folded into its operations and their attempts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .events import COMPLETED, ENDS, STARTED, Event, short
from .model import Attempt, Operation, State

_WAITING = ("Wait", "Callback", "ChainedInvoke")


def operations_of(events: Iterable[Event], *, ended: datetime | None) -> tuple[Operation, ...]:
    """Return the operations, each after the one that it belongs to, siblings by their begin.

    Args:
        events: The history, in order.
        ended: When the execution ended; None while it is open.
    """
    drafts: dict[str, _Draft] = {}
    for event in events:
        if event.kind == "Invocation" and event.what == COMPLETED:
            for draft in drafts.values():
                draft.leave(event)
        elif event.is_an_operations and event.operation:
            draft = drafts.setdefault(event.operation, _Draft(event))
            draft.take(event)
    return tuple(draft.made(depth, ended) for draft, depth in _nested(drafts))


@dataclass
class _Draft:
    """An operation while its events are read."""

    first: Event
    state: State = State.RUNNING
    end: datetime | None = None
    error: str = ""
    name: str = ""
    sub_type: str = ""
    parent: str = ""
    target: str = ""
    due: datetime | None = None
    attempts: list[Attempt] = field(default_factory=list)
    left_at: datetime | None = None

    def take(self, event: Event) -> None:
        self.name, self.sub_type = event.name or self.name, event.sub_type or self.sub_type
        self.parent = event.parent or self.parent
        if event.what == STARTED:
            self._begin(event)
        elif event.what in ENDS:
            self._end(event)

    def leave(self, invocation: Event) -> None:
        """Note the end of an invocation: what runs in it doesn't outlive it."""
        if self.left_at is None:
            self.left_at = invocation.instant("EndTimestamp") or invocation.at

    def made(self, depth: int, ended: datetime | None) -> Operation:
        state, end, attempts = self.state, self.end, tuple(self.attempts)
        if state.is_open and ended is not None:
            state, end = State.UNFINISHED, ended
            attempts = tuple(
                replace(one, end=ended, state=State.UNFINISHED) if one.end is None else one
                for one in attempts
            )
        return Operation(
            id=self.first.operation,
            parent=self.parent,
            depth=depth,
            kind=self.first.kind,
            sub_type=self.sub_type,
            name=self.name,
            start=self.first.at,
            end=end,
            state=state,
            error=self.error,
            attempts=attempts,
            due=self.due,
            target=self.target,
        )

    def _begin(self, event: Event) -> None:
        self.state = State.WAITING if event.kind in _WAITING else State.RUNNING
        self.end, self.error = None, ""
        self.target = short(event.details.get("FunctionName"))
        self.due = event.instant("ScheduledEndTimestamp")
        if (timeout := event.seconds("Timeout")) is not None:
            self.due = event.at + timeout
        if event.kind != "Step":
            return
        if self.attempts and self.attempts[-1].end is None:
            # Nobody said how it ended: its environment did not live to.
            end = min(self.left_at or event.at, event.at)
            self.attempts[-1] = replace(self.attempts[-1], end=end, state=State.INTERRUPTED)
        self.attempts.append(Attempt(self._next_number(), event.at, None, State.RUNNING))
        self.left_at = None

    def _end(self, event: Event) -> None:
        state, delay = ENDS[event.what], None
        if event.kind == "Step":
            delay = self._end_attempt(event, state)
        if delay is not None:
            self.state, self.due = State.WAITING, event.at + delay
        else:
            self.state, self.end, self.error = state, event.at, event.error

    def _end_attempt(self, event: Event, state: State) -> timedelta | None:
        retries = event.details.get("RetryDetails") or {}
        seconds = retries.get("NextAttemptDelaySeconds")
        delay = timedelta(seconds=seconds) if seconds else None
        if not self.attempts or self.attempts[-1].end is not None:
            self.attempts.append(Attempt(self._next_number(), event.at, None, State.RUNNING))
        begun = self.attempts[-1]
        self.attempts[-1] = replace(
            begun,
            number=max(retries.get("CurrentAttempt") or 0, begun.number),
            end=event.at,
            state=state,
            error=event.error,
            delay=delay,
        )
        return delay

    def _next_number(self) -> int:
        return self.attempts[-1].number + 1 if self.attempts else 1


def _nested(drafts: dict[str, _Draft]) -> Iterator[tuple[_Draft, int]]:
    """Yield drafts with their depth; one whose parent isn't known stands on the outermost level."""
    children: dict[str, list[str]] = {}
    for name, draft in drafts.items():
        parent = draft.parent if draft.parent in drafts else ""
        children.setdefault(parent, []).append(name)
    seen: set[str] = set()
    # Beginning with the outermost; what remains then could only be its own ancestor.
    for root in (*children.get("", ()), *drafts):
        stack = [(root, 0)]
        while stack:
            name, depth = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            yield drafts[name], depth
            stack += [(child, depth + 1) for child in reversed(children.get(name, ()))]
