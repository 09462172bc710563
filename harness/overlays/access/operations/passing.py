"""Roles that a request hands to a service: who does so needs iam:PassRole. Pure.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from .arns import Parameters

_ROLE: Final = re.compile(r"arn:[^:]+:iam::\d{12}:role/.+")
_NEVER: Final = frozenset({"iam", "sts", "kms"})
"""Services that speak about roles and don't take them on."""
_SERVICES: Final = {
    "cloudwatch": "monitoring.amazonaws.com",
    "es": "es.amazonaws.com",
}


def passed_roles(prefix: str, parameters: Parameters) -> list[str]:
    """Return the ARNs of the roles that a request hands over, in members named for a role.

    Args:
        prefix: Of the operation's action.
        parameters: The request's.
    """
    if prefix in _NEVER:
        return []
    return list(dict.fromkeys(_roles(parameters)))


def receiver(prefix: str) -> str:
    """Return the service principal that gets the role: `iam:PassedToService`."""
    return _SERVICES.get(prefix, f"{prefix}.amazonaws.com")


def _roles(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _roles(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _roles(one, name)
    elif (
        isinstance(value, str)
        and name.lower().replace("_", "").endswith(("role", "rolearn", "credentials"))
        and _ROLE.fullmatch(value)
    ):
        yield value
