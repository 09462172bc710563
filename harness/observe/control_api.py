"""Reads what only an emulator shows: documents of its control API."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from functools import cache
from typing import Any, Final

from harness.errors import HarnessError

TIMEOUT_SECONDS: Final = 30


def shown_at(endpoint_url: str, path: str, what: str, **query: str) -> Any:
    """Return a document of an emulator's control API.

    Args:
        endpoint_url: The emulator's endpoint.
        path: One of `harness.wire`'s.
        what: What the document tells of, for the error.
        **query: The query's parameters.

    Raises:
        HarnessError: The emulator doesn't answer, or not with a document.
    """
    url = f"{endpoint_url}{path}?{urllib.parse.urlencode(query)}".rstrip("?")
    try:
        with _opener().open(url, timeout=TIMEOUT_SECONDS) as answer:
            return json.load(answer)
    except (OSError, ValueError) as problem:
        raise HarnessError(
            f"The emulator at {endpoint_url} doesn't show its {what} ({problem}).",
            '"harness status" says what runs there.',
        ) from problem


@cache
def _opener() -> urllib.request.OpenerDirector:
    # Making one reads the machine's certificates, each time. No proxy belongs between a process and
    # its loopback interface.
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))
