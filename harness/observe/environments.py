"""Lambda's execution environments, as an emulator shows them; AWS shows them to nobody."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any, Final

from harness import wire
from harness.errors import HarnessError

TIMEOUT_SECONDS: Final = 30

Environment = dict[str, Any]
"""`function`, `version`, `account`, `region`, `tenant`, `environment`, `state`, `invocations`, …"""


def environments_at(endpoint_url: str) -> list[Environment]:
    """Return all execution environments of an emulator, of all accounts.

    Args:
        endpoint_url: The emulator's endpoint.

    Raises:
        HarnessError: It doesn't answer.
    """
    # No proxy belongs between a process and its loopback interface.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(endpoint_url + wire.ENVIRONMENTS_PATH, timeout=TIMEOUT_SECONDS) as answer:
            found: list[Environment] = json.load(answer)
    except (OSError, ValueError) as problem:
        raise HarnessError(
            f"The emulator at {endpoint_url} doesn't show its environments ({problem}).",
            '"harness status" says what runs there.',
        ) from problem
    return found


def environments_in(endpoint_url: str, account: str) -> Callable[..., list[Environment]]:
    """Return a function that lists the environments of one account.

    It takes the name of a function to list only its environments, and `tenant=` to list only
    those of a tenant.
    """

    def environments(
        function: str | None = None, *, tenant: str | None = None
    ) -> list[Environment]:
        return [
            environment
            for environment in environments_at(endpoint_url)
            if environment["account"] == account
            and function in (None, environment["function"])
            and tenant in (None, environment["tenant"])
        ]

    return environments
