"""What the service's model of durable executions says about requests, and where it is outdated.

Source: botocore's model of Lambda.
"""

from __future__ import annotations

from typing import Final

from harness.overlays.core.constraints import message_for

CALLBACK_RESULT_BYTES: Final = 1024 * 1024
"""More than the 256 KB of this botocore's model: the limit was raised later."""


def result_problem(size: int) -> str | None:
    """Return the message for a callback's result that is too large; None when it isn't."""
    if size <= CALLBACK_RESULT_BYTES:
        return None
    return (
        "1 validation error detected: Value at 'result' failed to satisfy constraint: "
        f"Member must have length less than or equal to {CALLBACK_RESULT_BYTES}"
    )


__all__ = ["CALLBACK_RESULT_BYTES", "message_for", "result_problem"]
