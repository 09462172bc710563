"""KMS grants as statements: they allow, and never deny. Pure.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def document(grant: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy that allows what a grant does.

    Args:
        grant: Its members as in CreateGrant.
    """
    statements = []
    if grantee := grant.get("GranteePrincipal") or grant.get("GranteeServicePrincipal"):
        statements.append(_statement(grant, grantee, list(grant.get("Operations") or ())))
    if retiring := grant.get("RetiringPrincipal"):
        statements.append(_statement({}, retiring, ["RetireGrant"]))
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(grant: Mapping[str, Any], principal: str, names: list[str]) -> dict[str, Any]:
    kind = "Service" if principal.endswith(".amazonaws.com") else "AWS"
    statement: dict[str, Any] = {
        "Sid": str(grant.get("Name") or grant.get("GrantId") or ""),
        "Effect": "Allow",
        "Principal": {kind: principal},
        "Action": [f"kms:{name}" for name in names],
        "Resource": "*",
    }
    if conditions := _conditions(grant.get("Constraints") or {}):
        statement["Condition"] = conditions
    return statement


def _conditions(constraints: Mapping[str, Any]) -> dict[str, Any]:
    equal = constraints.get("EncryptionContextEquals") or {}
    wanted = {**(constraints.get("EncryptionContextSubset") or {}), **equal}
    conditions: dict[str, Any] = {}
    if wanted:
        conditions["StringEquals"] = {
            f"kms:EncryptionContext:{key}": value for key, value in wanted.items()
        }
    if equal:
        conditions["ForAllValues:StringEquals"] = {"kms:EncryptionContextKeys": sorted(equal)}
    return conditions
