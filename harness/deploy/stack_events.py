"""What happens to a stack, resource by resource, as CloudFormation tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

STACK_TYPE = "AWS::CloudFormation::Stack"


@dataclass(frozen=True)
class StackEvent:
    """One change of a resource's state, or of the stack's own.

    Attributes:
        time: When, in the target's time.
        stack: The stack's name; a nested stack's for its resources.
        logical_id: The resource's name in the template; the stack's name for the stack itself.
        physical_id: What it is called in AWS; empty until that is known.
        type: Such as `AWS::SQS::Queue`.
        status: Such as `CREATE_COMPLETE`.
        reason: Why, where AWS says it.
        is_of_stack: Whether it is about the stack itself.
    """

    time: datetime
    stack: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str
    is_of_stack: bool

    @property
    def is_failure(self) -> bool:
        """Whether a resource failed of its own accord, not for another's sake."""
        given_up = "cancelled" in self.reason.lower()
        return self.status.endswith("_FAILED") and not self.is_of_stack and not given_up

    def __str__(self) -> str:
        reason = f": {self.reason}" if self.reason else ""
        return f"{self.status:<18} {self.type:<28} {self.logical_id}{reason}".rstrip()


Progress = Callable[[StackEvent], None]
"""Is told each event once, in order."""


def event_of(answer: dict[str, Any]) -> StackEvent:
    """Read an event of `DescribeStackEvents`."""
    physical = answer.get("PhysicalResourceId") or ""
    return StackEvent(
        time=answer["Timestamp"],
        stack=answer["StackName"],
        logical_id=answer["LogicalResourceId"],
        physical_id=physical,
        type=answer.get("ResourceType") or "",
        status=answer["ResourceStatus"],
        reason=answer.get("ResourceStatusReason") or "",
        is_of_stack=physical == answer["StackId"],
    )


class EventFeed:
    """Reads a stack's events, each once, the oldest first."""

    def __init__(self, cloudformation: Any, stack_id: str) -> None:
        self._cloudformation, self._stack_id = cloudformation, stack_id
        self._seen: set[str] = set()

    def skip_past(self) -> None:
        """Regard what has happened so far as told."""
        for _ in self.new():
            pass

    def new(self) -> Iterator[StackEvent]:
        """Return the events since the last call."""
        return iter([event_of(answer) for answer in reversed(list(self._unseen()))])

    def _unseen(self) -> Iterator[dict[str, Any]]:
        # The newest come first: the first that is known ends the reading, on each page.
        pages = self._cloudformation.get_paginator("describe_stack_events")
        fresh: list[dict[str, Any]] = []
        for page in pages.paginate(StackName=self._stack_id):
            for answer in page["StackEvents"]:
                if answer["EventId"] in self._seen:
                    break
                fresh.append(answer)
            else:
                continue
            break
        self._seen.update(answer["EventId"] for answer in fresh)
        return iter(fresh)


def failures(events: Iterable[StackEvent]) -> list[StackEvent]:
    """Return the events that say why a stack failed: its resources' own failures."""
    return [event for event in events if event.is_failure]


def listed(events: Sequence[StackEvent]) -> str:
    """Lay events out for people, a line for each."""
    return "\n".join(f"{event.time:%H:%M:%S} {event}" for event in events)
