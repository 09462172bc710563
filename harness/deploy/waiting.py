"""Waiting for a stack to settle, while its events are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from harness.errors import DeploymentFailed
from harness.observe import machine_time

from .stack_events import EventFeed, Progress, StackEvent, listed

LONGEST: timedelta = timedelta(hours=1)
"""Longer than CloudFormation lets a resource take, nearly always."""

_SLOWER = 1.5

# Upstream of a rollback: CREATE_FAILED is the end only where rollback is switched off, and it
# isn't here.
_PASSING = frozenset({"CREATE_FAILED", "UPDATE_FAILED", "REVIEW_IN_PROGRESS"})


@dataclass(frozen=True)
class Settled:
    """How an operation on a stack ended.

    Attributes:
        status: The stack's last status.
        reason: Why, where AWS says it.
        events: What happened, the oldest first.
    """

    status: str
    reason: str
    events: tuple[StackEvent, ...]


def settle(
    cloudformation: Any,
    stack_id: str,
    feed: EventFeed,
    *,
    poll: timedelta,
    progress: Progress | None,
    longest: timedelta = LONGEST,
) -> Settled:
    """Wait until a stack is in a state that it stays in.

    Args:
        cloudformation: A client.
        stack_id: The stack's ARN: a name would be lost with the stack.
        feed: Its events; those that were read before aren't told again.
        poll: The first pause between two looks; pauses grow up to ten times that.
        progress: Told each event.
        longest: When to give up.

    Raises:
        DeploymentFailed: It hasn't settled in time.
    """
    start, pause, events = machine_time.now(), poll, list[StackEvent]()
    while True:
        stack = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        fresh = list(feed.new())
        for event in fresh:
            events.append(event)
            if progress:
                progress(event)
        status = stack["StackStatus"]
        if not status.endswith("_IN_PROGRESS") and status not in _PASSING:
            return Settled(status, stack.get("StackStatusReason") or "", tuple(events))
        if machine_time.now() - start > longest:
            late = DeploymentFailed(
                f"The stack {stack['StackName']} is still {status} after {longest}.",
                "Look at its last event, which is what it waits for.",
            )
            late.add_note(listed(events))
            raise late
        pause = poll if fresh else min(pause * _SLOWER, poll * 10)
        machine_time.pause(pause)
