"""Nested stacks: why one failed is told by its own resources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from .stack_events import STACK_TYPE, EventFeed, StackEvent

_ARN = re.compile(r"arn:[\w-]+:cloudformation:[\w:/-]+")


def with_nested_events(cloudformation: Any, events: Sequence[StackEvent]) -> list[StackEvent]:
    """Return a stack's events with those of its failed nested stacks put in, by time."""
    found = list(events)
    followed: set[str] = set()
    pending = list(events)
    start = min((event.time for event in events), default=datetime.min.replace(tzinfo=UTC))
    while pending:
        event = pending.pop()
        # LocalStack doesn't say what a failed resource is called, but for what it failed.
        named = _ARN.search(event.reason)
        stack_id = event.physical_id or (named[0] if named else "")
        if (
            event.type == STACK_TYPE
            and event.status.endswith("_FAILED")
            and not event.is_of_stack
            and stack_id.startswith("arn:")
            and stack_id not in followed
        ):
            followed.add(stack_id)
            try:
                inner = [
                    one for one in EventFeed(cloudformation, stack_id).new() if one.time >= start
                ]
            except ClientError:
                continue  # it was never made, or is gone with its events
            found += inner
            pending += inner
    return sorted(found, key=lambda event: event.time)
