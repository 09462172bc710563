"""Lambda's execution environments, as an emulator shows them; AWS shows them to nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from harness import wire
from harness.errors import HarnessError

Environment = dict[str, Any]


def environments_at(endpoint_url: str) -> list[Environment]:
    """Return all execution environments of an emulator, of all accounts.

    Args:
        endpoint_url: The emulator's endpoint.

    Raises:
        HarnessError: It doesn't answer.
    """
    try:
        answer = httpx.get(f"{endpoint_url}{wire.ENVIRONMENTS_PATH}", timeout=10, trust_env=False)
        answer.raise_for_status()
    except httpx.HTTPError as problem:
        raise HarnessError(
            f"The emulator at {endpoint_url} doesn't show its environments ({problem}).",
            '"harness status" says what runs there.',
        ) from problem
    found: list[Environment] = answer.json()
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
