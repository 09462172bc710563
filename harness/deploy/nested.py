"""Nested stacks: why one failed is told by its own resources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from .stack_events import STACK_TYPE, EventFeed, StackEvent


def with_nested_events(cloudformation: Any, events: Sequence[StackEvent]) -> list[StackEvent]:
    """Return a stack's events with those of its failed nested stacks put in, by time."""
    found = list(events)
    followed: set[str] = set()
    pending = list(events)
    while pending:
        event = pending.pop()
        stack_id = event.physical_id
        if (
            event.type == STACK_TYPE
            and event.status.endswith("_FAILED")
            and not event.is_of_stack
            and stack_id.startswith("arn:")
            and stack_id not in followed
        ):
            followed.add(stack_id)
            try:
                inner = list(EventFeed(cloudformation, stack_id).new())
            except ClientError:
                continue  # it was never made, or is gone with its events
            found += inner
            pending += inner
    return sorted(found, key=lambda event: event.time)
