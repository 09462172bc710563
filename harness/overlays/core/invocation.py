"""What overlays tell each other about the Lambda invocation that a thread carries."""

from __future__ import annotations

from contextvars import ContextVar

tenant: ContextVar[str | None] = ContextVar("tenant", default=None)
"""Tenant id of the invocation that this thread carries: set by who accepts or resumes it, read by
who picks an execution environment for it and by the Runtime API."""

is_replay: ContextVar[bool] = ContextVar("is_replay", default=False)
"""Whether the Lambda service itself invokes, to go on with a durable execution: no caller's limits
hold then, and nothing new starts."""
