"""The executions of an emulator, of all accounts; AWS lists those of one function at a time."""

from __future__ import annotations

import json
import urllib.request
from datetime import datetime
from typing import Any, Final

from harness import wire
from harness.errors import HarnessError

from .reading import Found, found_in

TIMEOUT_SECONDS: Final = 30


def executions_at(endpoint_url: str) -> list[Found]:
    """Return all durable executions of an emulator, the oldest first.

    Args:
        endpoint_url: The emulator's endpoint.

    Raises:
        HarnessError: It doesn't answer.
    """
    # No proxy belongs between a process and its loopback interface.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(endpoint_url + wire.EXECUTIONS_PATH, timeout=TIMEOUT_SECONDS) as answer:
            listed: list[dict[str, Any]] = json.load(answer)
    except (OSError, ValueError) as problem:
        raise HarnessError(
            f"The emulator at {endpoint_url} doesn't show its executions ({problem}).",
            '"harness status" says what runs there.',
        ) from problem
    return [found_in({name: _value(name, text) for name, text in one.items()}) for one in listed]


def _value(name: str, text: str) -> Any:
    return datetime.fromisoformat(text) if name.endswith("Timestamp") else text
