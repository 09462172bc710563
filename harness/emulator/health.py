"""Speaks to an emulator's control API.

With a plain `http.client` on purpose: no proxy of the machine's can come between.
"""

from __future__ import annotations

import http.client
import json
from typing import Any

from harness import wire

from .ports import LOOPBACK


def info_of(
    port: int, *, host: str = LOOPBACK, timeout_seconds: float = 5
) -> dict[str, Any] | None:
    """Return what the emulator on a port says about itself; None when none answers there."""
    try:
        status, document = ask(
            port, "GET", wire.INFO_PATH, host=host, timeout_seconds=timeout_seconds
        )
    except OSError:
        return None
    return document if status == 200 and isinstance(document, dict) else None


def ask(
    port: int,
    method: str,
    path: str,
    document: Any = None,
    *,
    host: str = LOOPBACK,
    timeout_seconds: float = 60,
) -> tuple[int, Any]:
    """Send a request to the control API.

    Args:
        port: The emulator's.
        method: HTTP method.
        path: One of `harness.wire`'s.
        document: What to send as JSON; nothing when None.
        host: Where it listens: loopback, or the address of a container on another machine.
        timeout_seconds: How long to wait for the answer.

    Returns:
        HTTP status and the answer: its JSON document, or its text where it isn't JSON.

    Raises:
        OSError: Nobody answers, or not in HTTP.
    """
    connection = http.client.HTTPConnection(host, port, timeout=timeout_seconds)
    try:
        body = None if document is None else json.dumps(document)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    except http.client.HTTPException as problem:
        raise ConnectionError(f"no HTTP answer ({problem!r})") from problem
    finally:
        connection.close()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, text
