"""The environments that live in this emulator."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .executor import ProcessExecutor

_lock = threading.Lock()
_executors: dict[str, ProcessExecutor] = {}


def add(executor: ProcessExecutor) -> None:
    """Take note of an environment that starts."""
    with _lock:
        _executors[executor.id] = executor


def remove(executor: ProcessExecutor) -> None:
    """Forget an environment that has ended."""
    with _lock:
        _executors.pop(executor.id, None)


def living(account: str | None = None) -> list[ProcessExecutor]:
    """Return the environments, of one account or of all, the oldest first."""
    with _lock:
        return [
            executor
            for executor in _executors.values()
            if account in (None, executor.function_version.id.account)
        ]


def described() -> list[dict[str, Any]]:
    """List the environments for people and tests."""
    return [_described(executor) for executor in living()]


def _described(executor: ProcessExecutor) -> dict[str, Any]:
    identity, lifecycle = executor.function_version.id, executor.lifecycle
    return {
        "function": identity.function_name,
        "version": identity.qualifier,
        "account": identity.account,
        "region": identity.region,
        "tenant": executor.tenant,
        "environment": executor.id,
        "pid": lifecycle.first_process if lifecycle else None,
        "state": executor.state,
        "invocations": lifecycle.invocations if lifecycle else 0,
        "created": executor.created.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "memory_mb": executor.function_version.config.memory_size,
    }
