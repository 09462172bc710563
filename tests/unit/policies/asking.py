"""Generated cases as our evaluation takes them, and its answers in one word."""

from __future__ import annotations

import json
from typing import Any

from harness.overlays.access.evaluation.decision import Policies, ResourceRule, decide
from harness.overlays.access.evaluation.documents import parse
from harness.overlays.access.evaluation.statements import AttachedPolicy, Question
from harness.overlays.core.access import Principal, service

from .generated import ROLE, Case


def verdict_of(case: Case) -> str:
    """Return our decision in the other evaluator's words."""
    verdict = decide(question_of(case), policies_of(case))
    if verdict.is_allowed:
        return "Allowed"
    return "ExplicitlyDenied" if verdict.is_explicit else "ImplicitlyDenied"


def question_of(case: Case) -> Question:
    """Return a case's request."""
    context = {
        key.lower(): tuple(value) if isinstance(value, list) else (value,)
        for key, value in case.context.items()
    }
    return Question(
        _principal(case.principal), case.action, case.resource, context, case.resource_account
    )


def policies_of(case: Case) -> Policies:
    """Return a case's policies."""
    kind = case.action.partition(":")[0]
    return Policies(
        tuple(attached(one) for one in case.identity),
        attached(case.boundary) if case.boundary else None,
        (attached(case.session),) if case.session else None,
        (attached(case.resource_policy),) if case.resource_policy else (),
        ResourceRule.MUST_ALLOW if kind in ("kms", "sts") else ResourceRule.MAY_ALLOW,
        kind == "sts",
    )


def attached(document: dict[str, Any]) -> AttachedPolicy:
    """Return a document as an attached policy."""
    return AttachedPolicy("generated", parse(json.dumps(document)))


def _principal(arn: str) -> Principal:
    if arn.endswith(".amazonaws.com"):
        return service(arn)
    account = arn.split(":")[4]
    if arn.endswith(":root"):
        return Principal("root", arn, account)
    if ":assumed-role/" in arn:
        return Principal("role-session", arn, account, ROLE)
    return Principal("user", arn, account)
