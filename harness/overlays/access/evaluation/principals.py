"""Whom a statement's Principal element means, and how directly.

How directly matters: who is named by the account alone still needs an identity policy, and who is
named by the role still is limited by boundary and session policies.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from harness.overlays.core.access import Principal

from .documents import Statement

_REGIONAL: Final = frozenset({"logs.amazonaws.com", "states.amazonaws.com"})
"""Services that policies may name with their Region, `logs.us-east-1.amazonaws.com`.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
"""
_ROOT: Final = re.compile(r"arn:[^:]+:iam::(\d{12}):root")


class Naming(IntEnum):
    """How a statement names a principal; more is more direct."""

    NOT_AT_ALL = 0
    BY_ACCOUNT = 1
    BY_ROLE = 2
    ITSELF = 3


def naming(statement: Statement, principal: Principal) -> Naming:
    """Say how a statement of a resource-based policy names a principal."""
    if statement.not_principals is not None:
        return (
            Naming.NOT_AT_ALL
            if _is_excepted(statement, statement.not_principals, principal)
            else Naming.ITSELF
        )
    if statement.principals is None:
        return Naming.NOT_AT_ALL
    return _naming(statement.principals, principal)


def _naming(listed: Mapping[str, tuple[str, ...]], principal: Principal) -> Naming:
    names = listed.get("AWS", ())
    if "*" in names:
        return Naming.ITSELF
    if principal.kind == "service":
        return Naming.ITSELF if _is_service(listed, principal) else Naming.NOT_AT_ALL
    return max((_one(name, principal) for name in names), default=Naming.NOT_AT_ALL)


def _is_service(listed: Mapping[str, tuple[str, ...]], principal: Principal) -> bool:
    names = listed.get("Service", ())
    if principal.arn in names:
        return True
    service, _, rest = principal.arn.partition(".")
    return principal.arn in _REGIONAL and f"{service}.{principal.region}.{rest}" in names


def _one(name: str, principal: Principal) -> Naming:
    if principal.kind == "anonymous":
        return Naming.NOT_AT_ALL
    if name == principal.account or (
        (root := _ROOT.fullmatch(name)) and root[1] == principal.account
    ):
        return Naming.ITSELF if principal.kind == "root" else Naming.BY_ACCOUNT
    if principal.kind == "root":
        return Naming.NOT_AT_ALL
    identifier = principal.user_id.partition(":")[0]
    if name == principal.arn or (principal.user_id and name == principal.user_id):
        return Naming.ITSELF
    if principal.role and (name == principal.role or (identifier and name == identifier)):
        return Naming.BY_ROLE
    return Naming.NOT_AT_ALL


def _is_excepted(
    statement: Statement, listed: Mapping[str, tuple[str, ...]], principal: Principal
) -> bool:
    names = listed.get("AWS", ())
    if principal.kind == "service":
        return _is_service(listed, principal)
    if "*" in names:
        return True
    found = {_one(name, principal) for name in names} - {Naming.NOT_AT_ALL}
    if statement.effect == "Allow":
        return bool(found)
    # A Deny also means whoever contains the principal, unless that is excepted as well.
    needed = {Naming.ITSELF}
    if principal.kind != "root":
        needed.add(Naming.BY_ACCOUNT)
    if principal.role:
        needed.add(Naming.BY_ROLE)
    return needed <= found
