"""Lambda's execution environments, as an emulator shows them; AWS shows them to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness import wire

from .control_api import shown_at

Environment = dict[str, Any]
"""`function`, `version`, `account`, `region`, `tenant`, `environment`, `state`, `invocations`, …"""


def environments_at(endpoint_url: str) -> list[Environment]:
    """Return all execution environments of an emulator, of all accounts.

    Args:
        endpoint_url: The emulator's endpoint.

    Raises:
        HarnessError: It doesn't answer.
    """
    found: list[Environment] = shown_at(endpoint_url, wire.ENVIRONMENTS_PATH, "environments")
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
