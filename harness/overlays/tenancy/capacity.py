"""How many environments a tenant-isolated function may have. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation.html
"""

from __future__ import annotations

PER_CONCURRENCY = 2.5
"""2,500 environments bound to tenants, active or idle, for 1,000 concurrent executions."""

EXCEEDED = "Rate exceeded"


def most_environments(concurrency: int) -> int:
    """Return how many environments may be bound to tenants.

    Args:
        concurrency: Concurrent executions that the function may reach: its reserved ones, or
            the account's when none are reserved.
    """
    return int(concurrency * PER_CONCURRENCY)
