"""Names of executions, and what a name that is taken means for a new invocation. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/durable-execution-idempotency.html
"""

from __future__ import annotations

import uuid
from typing import Literal, Protocol


class Named(Protocol):
    """What is known of the execution that has the name."""

    @property
    def version(self) -> str: ...

    @property
    def payload(self) -> str: ...


def generated() -> str:
    """Return a name for an execution that was given none."""
    return str(uuid.uuid4())


def decision(
    existing: Named | None, *, version: str, payload: str
) -> Literal["start", "attach", "conflict"]:
    """Say what an invocation with a name does.

    Args:
        existing: The execution that has the name and is still retained, running or closed.
        version: The version that the invocation means.
        payload: The invocation's event, compared as text.
    """
    if existing is None:
        return "start"
    same = (existing.version, existing.payload) == (version, payload)
    return "attach" if same else "conflict"


def conflict(arn: str) -> str:
    """Return the message of the exception for a name that is taken."""
    return f"Execution already started: {arn}"
