"""Policies of users, groups and roles: what IAM refuses beyond their syntax.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from localstack.aws.api import CommonServiceException

from harness.overlays.access.evaluation.documents import MalformedPolicy, Policy, parse
from harness.overlays.access.stores import iam_store

from . import forms

_SID: Final = re.compile(r"[0-9A-Za-z]*")
_MANAGED_LENGTH: Final = 6144
_TRUST_LENGTH: Final = 2048
_INLINE_LENGTHS: Final = {"Role": 10240, "User": 2048, "Group": 5120}
"""Characters of all inline policies together; whitespace doesn't count."""


def judge(operation: str, given: Mapping[str, Any], account: str) -> None:
    """Judge a policy of `PutRolePolicy`, `CreatePolicy` and the like.

    Raises:
        CommonServiceException: `MalformedPolicyDocument`, or `LimitExceeded`.
    """
    document = str(given.get("PolicyDocument") or "")
    policy = _parsed(document)
    if policy is None:
        return
    if any(one.principals or one.not_principals for one in policy.statements):
        raise _malformed("Policy document should not specify a principal.")
    _judge_sids(policy)
    if operation in ("CreatePolicy", "CreatePolicyVersion"):
        if _length(document) > _MANAGED_LENGTH:
            raise _too_long(f"Cannot exceed quota for PolicySize: {_MANAGED_LENGTH}")
        return
    kind = next(kind for kind in _INLINE_LENGTHS if kind in operation)
    name, most = str(given[f"{kind}Name"]), _INLINE_LENGTHS[kind]
    others = _inline(account, kind, name)
    others.pop(str(given.get("PolicyName")), None)
    if _length(document) + sum(map(_length, others.values())) > most:
        raise _too_long(f"Maximum policy size of {most} bytes exceeded for {kind.lower()} {name}")


def judge_trust(document: str, exists: forms.Exists | None) -> None:
    """Judge who may assume a role.

    Raises:
        CommonServiceException: `MalformedPolicyDocument`, or `LimitExceeded`.
    """
    policy = _parsed(document)
    if policy is None:
        return
    _judge_sids(policy)
    if exists is not None and (nobody := forms.unknown_principal(policy, exists)):
        kind, name = nobody
        raise _malformed(f'Invalid principal in policy: "{kind.upper()}":"{name}"')
    if _length(document) > _TRUST_LENGTH:
        raise _too_long(f"Cannot exceed quota for ACLSizePerRole: {_TRUST_LENGTH}")


def _parsed(document: str) -> Policy | None:
    """Return a policy; None for what IAM itself has the words to refuse."""
    try:
        return parse(document)
    except MalformedPolicy:
        return None


def _judge_sids(policy: Policy) -> None:
    if not all(_SID.fullmatch(statement.sid) for statement in policy.statements):
        raise _malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*"
        )


def _inline(account: str, kind: str, name: str) -> dict[str, str]:
    store = iam_store(account)
    entity = getattr(store, f"{kind.upper()}S").get(name) if store else None
    found = entity.inline_policies.items() if entity else ()
    return {policy: unquote(document) for policy, document in found}


def _length(document: str) -> int:
    return len("".join(document.split()))


def _malformed(text: str) -> CommonServiceException:
    return CommonServiceException("MalformedPolicyDocument", text, 400, True)


def _too_long(text: str) -> CommonServiceException:
    return CommonServiceException("LimitExceeded", text, 409, True)
