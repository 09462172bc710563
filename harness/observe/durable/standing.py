"""The executions of an emulator, of all accounts; AWS lists those of one function at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from harness import wire
from harness.observe.control_api import shown_at

from .reading import Found, found_in


def executions_at(endpoint_url: str) -> list[Found]:
    """Return all durable executions of an emulator, the oldest first.

    Args:
        endpoint_url: The emulator's endpoint.

    Raises:
        HarnessError: It doesn't answer.
    """
    listed: list[dict[str, Any]] = shown_at(endpoint_url, wire.EXECUTIONS_PATH, "executions")
    return [found_in({name: _value(name, text) for name, text in one.items()}) for one in listed]


def _value(name: str, text: str) -> Any:
    return datetime.fromisoformat(text) if name.endswith("Timestamp") else text
