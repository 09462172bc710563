"""Asks an emulator who it is."""

from __future__ import annotations

import http.client
import json
from typing import Any

from harness import wire

from .ports import LOOPBACK


def info_of(port: int, *, timeout_seconds: float = 5) -> dict[str, Any] | None:
    """Return what the emulator on a port says about itself; None when none answers there.

    A plain `http.client` on purpose: no proxy of the machine's can come between.
    """
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout_seconds)
    try:
        connection.request("GET", wire.INFO_PATH)
        answer = connection.getresponse()
        document = json.loads(answer.read()) if answer.status == 200 else None
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return document if isinstance(document, dict) else None
