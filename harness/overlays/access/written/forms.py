"""What is wrong with a policy that is being written. Pure but for whom it can name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from harness.overlays.access.evaluation.documents import MalformedPolicy, Policy, Statement, parse

Exists = Callable[[str, str], bool]
"""Says whether there is a principal: its type (`AWS`, `Service`) and how it is written."""

_ACCOUNT: Final = re.compile(r"\d{12}")
_SERVICE: Final = re.compile(
    r"[\w-]+(\.[\w-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)"
)
_UNIQUE_ID: Final = re.compile(r"(AIDA|AROA)[A-Z0-9]{12,}")


class NobodyNamed(MalformedPolicy):
    """A statement without a principal, in a policy that has no owner."""


def resource_policy(document: str) -> Policy:
    """Return a resource's policy.

    Raises:
        MalformedPolicy: It is none; `NobodyNamed` when a statement has no principal.
    """
    policy = parse(document)
    for statement in policy.statements:
        if statement.principals is None and statement.not_principals is None:
            raise NobodyNamed(f"{statement.name} has no Principal")
    return policy


def unknown_principal(policy: Policy, exists: Exists) -> tuple[str, str] | None:
    """Return type and text of the first principal that nobody is; None when all are somebody."""
    for statement in policy.statements:
        for kind, name in _principals(statement):
            if not _is_somebody(kind, name, exists):
                return kind, name
    return None


def actions(policy: Policy) -> Iterator[str]:
    """Yield the actions of all statements, in lower case."""
    for statement in policy.statements:
        for action in (*statement.actions, *statement.not_actions):
            yield action.lower()


def is_foreign(action: str, prefix: str) -> bool:
    """Whether an action is another service's."""
    return action != "*" and action.partition(":")[0] != prefix


def _principals(statement: Statement) -> Iterator[tuple[str, str]]:
    for named in (statement.principals, statement.not_principals):
        found: Mapping[str, tuple[str, ...]] = named or {}
        for kind, names in found.items():
            for name in names:
                yield kind, name


def _is_somebody(kind: str, name: str, exists: Exists) -> bool:
    if kind == "Service":
        return bool(_SERVICE.fullmatch(name)) and exists(kind, name)
    if kind != "AWS" or name == "*" or _ACCOUNT.fullmatch(name) or _UNIQUE_ID.fullmatch(name):
        return True
    parts = name.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or parts[2] not in ("iam", "sts"):
        return False
    # Of another partition's accounts, and of AWS's own, nothing is known here.
    return not _ACCOUNT.fullmatch(parts[4]) or exists(kind, name)
