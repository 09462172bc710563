"""A key's policy must let whoever writes it write it again.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from harness.overlays.access import context, identities
from harness.overlays.access.documents import attached
from harness.overlays.access.evaluation.decision import Policies, ResourceRule, decide
from harness.overlays.access.evaluation.statements import Question
from harness.overlays.core.access import Principal

from .services import KMS

_ACTION: Final = "kms:PutKeyPolicy"


def judge_lockout(
    document: str, given: Mapping[str, Any], principal: Principal, account: str, region: str
) -> None:
    """Refuse a key policy under which its writer couldn't change it.

    Args:
        document: The policy.
        given: The request's parameters.
        principal: Who writes it.
        account: Whose key it is.
        region: Of the key.

    Raises:
        CommonServiceException: `MalformedPolicyDocumentException`.
    """
    if given.get("BypassPolicyLockoutSafetyCheck"):
        return
    key = f"arn:aws:kms:{region}:{account}:key/{given.get('KeyId', 'new')}"
    known = {**context.of_principal(principal), **context.of_moment(_ACTION, region)}
    identity, boundary = identities.policies_of(principal)
    policies = Policies(
        identity,
        boundary,
        tuple(attached("the session policy", one) for one in principal.session_policies) or None,
        (attached("the new key policy", document),),
        ResourceRule.MUST_ALLOW,
    )
    if not decide(Question(principal, _ACTION, key, known, account), policies).is_allowed:
        raise KMS.error(
            "The new key policy will not allow you to update the key policy in the future."
        )
