"""What a denial rests on, for people, and the statement that would allow the request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from harness.overlays.core.access import Principal

from . import conditions, principals, statements
from .decision import Policies, PolicyType, Verdict
from .principals import Naming
from .statements import AttachedPolicy, Question


def explanation(question: Question, policies: Policies, verdict: Verdict) -> str:
    """Say which statement decided; or what is missing, and which one nearly allows."""
    if verdict.by:
        return str(verdict.by)
    if verdict.is_allowed:
        return "the account's root user needs no policy"
    kind = verdict.policy_type or PolicyType.IDENTITY
    attached = _of(kind, policies)
    missing = f"no {kind.value} of {_owner(kind, question)} allows {question.action}"
    if near := _nearest(attached, question, kind):
        return f"{missing}; {near}"
    return missing


def fix(question: Question, verdict: Verdict) -> str:
    """Return the statement (JSON) that would allow a request; empty where a Deny has to go."""
    if verdict.is_allowed or verdict.is_explicit:
        return ""
    kind = verdict.policy_type
    statement: dict[str, Any] = {"Effect": "Allow"}
    if kind in (PolicyType.RESOURCE, PolicyType.TRUST):
        statement["Principal"] = _principal(question.principal)
    statement["Action"] = question.action
    if kind is not PolicyType.TRUST:
        statement["Resource"] = "*" if _is_of_key(question, kind) else question.resource
    source = question.context.get("aws:sourcearn")
    if source and question.principal.kind == "service" and kind is PolicyType.RESOURCE:
        statement["Condition"] = {"ArnEquals": {"aws:SourceArn": source[0]}}
    return json.dumps(statement)


def _is_of_key(question: Question, kind: PolicyType | None) -> bool:
    return kind is PolicyType.RESOURCE and question.action.startswith("kms:")


def _principal(principal: Principal) -> Any:
    if principal.kind == "anonymous":
        return "*"
    if principal.kind == "service":
        return {"Service": principal.arn}
    return {"AWS": principal.role or principal.arn}


def _owner(kind: PolicyType, question: Question) -> str:
    if kind in (PolicyType.RESOURCE, PolicyType.TRUST):
        return question.resource
    return question.principal.role or question.principal.name


def _of(kind: PolicyType, policies: Policies) -> tuple[AttachedPolicy, ...]:
    if kind in (PolicyType.RESOURCE, PolicyType.TRUST):
        return policies.resource
    if kind is PolicyType.BOUNDARY:
        return (policies.boundary,) if policies.boundary else ()
    if kind is PolicyType.SESSION:
        return policies.session or ()
    return policies.identity


def _nearest(attached: Iterable[AttachedPolicy], question: Question, kind: PolicyType) -> str:
    """Name the statement that allows the action, and why it doesn't speak about the request."""
    of_resource = kind in (PolicyType.RESOURCE, PolicyType.TRUST)
    for one in attached:
        for statement in one.policy.allows:
            if not statements.means_action(statement, question.action):
                continue
            name = f"{statement.name} of {one.name}"
            if of_resource and principals.naming(statement, question.principal) is (
                Naming.NOT_AT_ALL
            ):
                return f"{name} allows it to other principals"
            has_variables = one.policy.has_variables
            if not statements.means_resource(statement, question, has_variables=has_variables):
                return f"{name} allows it on {_listed(statement.resources)}"
            unmet = conditions.unmet(
                statement.conditions, question.context, has_variables=has_variables
            )
            if unmet:
                return f"{name} allows it if {_told(unmet, question.context)}"
    return ""


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or "other resources"


def _told(condition: Any, context: Mapping[str, tuple[str, ...]]) -> str:
    values = ", ".join(context.get(condition.key, ())) or "absent"
    wanted = _listed(condition.values)
    return f"{condition.operator.name} {condition.key} is {wanted}; it is {values}"
