"""Which actions an API operation is.

An operation's action has its name, under the prefix of its service; `renamed.json` has those that
AWS calls otherwise.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from . import reference
from .reference import Action

_PREFIXES: Final = {"tagging": "tag"}
"""Prefixes that neither a service's signing name, its endpoint nor its name tells."""

_RENAMED: Final[dict[str, dict[str, list[str]]]] = json.loads(
    (Path(__file__).parent / "renamed.json").read_text()
)
_FREE: Final = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken"})
"""What AWS asks no permission for."""


@dataclass(frozen=True)
class Operation:
    """An operation as its service model describes it.

    Attributes:
        service: boto3's name of the service.
        names: Names of the service under which its prefix may be found.
        name: Of the operation.
        method: Its HTTP method.
        is_public: Whether anybody may call it, unsigned.
    """

    service: str
    names: tuple[str, ...]
    name: str
    method: str
    is_public: bool

    @classmethod
    def of(cls, service: Any, operation: Any) -> Operation:
        """Describe an operation of botocore's models."""
        return cls(
            service.service_name,
            (service.signing_name, service.endpoint_prefix, service.service_name),
            operation.name,
            operation.http.get("method", "POST"),
            operation.auth_type == "none",
        )


@cache
def actions_of(operation: Operation) -> tuple[Action, ...] | None:
    """Return what a caller must be allowed; None when that isn't known.

    Empty for what needs no permission.
    """
    prefix = prefix_of(operation)
    if operation.is_public or f"{prefix}:{operation.name}" in _FREE:
        return ()
    if prefix is None:
        return None
    names = [operation.name]
    if prefix == "apigateway":
        # Its control API has an action for each HTTP method.
        names = [operation.method]
    names = _RENAMED.get(prefix, {}).get(operation.name, names)
    found = [reference.action(f"{prefix}:{name}") for name in names]
    actions = tuple(action for action in found if action)
    return actions if len(actions) == len(names) else None


@cache
def prefix_of(operation: Operation) -> str | None:
    """Return the prefix of a service's actions; None when that isn't known."""
    for name in operation.names:
        prefix = _PREFIXES.get(name, name)
        if reference.has_prefix(prefix):
            return prefix
    return None
