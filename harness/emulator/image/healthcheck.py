"""Asks the emulator whether it answers; exits with 1 when it doesn't. Docker runs it inside."""

from __future__ import annotations

import http.client
import os
import sys

SECONDS = 4


def answers(port: int) -> bool:
    """Say whether an emulator of ours answers on this port of loopback."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/_harness/info")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers(int(os.environ.get("HARNESS_PORT") or "4566")) else 1)
