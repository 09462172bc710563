"""The decision: which policies must allow, which may, and that any Deny ends it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .principals import Naming
from .statements import AttachedPolicy, Match, Question, matches


class PolicyType(Enum):
    """Kinds of policies, by the words of AWS's messages."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    TRUST = "role trust policy"


class ResourceRule(Enum):
    """What the resource's own policy means for principals of its account.

    Attributes:
        MAY_ALLOW: Identity or resource policy: one suffices. Most services.
        MUST_ALLOW: It has to allow, if only by delegating to its account: KMS keys, trust policies.
        NONE: The resource has no policy; only principals of its account can get at it.
    """

    MAY_ALLOW = "may allow"
    MUST_ALLOW = "must allow"
    NONE = "none"


@dataclass(frozen=True)
class Policies:
    """All policies that speak about a request.

    Attributes:
        identity: Of the user and its groups, or of the role.
        boundary: The permissions boundary; None without one.
        session: Policies that a session was limited by; None without any. Together they are one.
        resource: Of the resource.
        rule: What the resource's policy means.
        is_trust: Whether the resource's policy is a role's trust policy.
    """

    identity: tuple[AttachedPolicy, ...] = ()
    boundary: AttachedPolicy | None = None
    session: tuple[AttachedPolicy, ...] | None = None
    resource: tuple[AttachedPolicy, ...] = ()
    rule: ResourceRule = ResourceRule.MAY_ALLOW
    is_trust: bool = False


@dataclass(frozen=True)
class Verdict:
    """The decision, and what it rests on.

    Attributes:
        is_allowed: Whether the request may go on.
        policy_type: The kind of policy that allows, denies, or lacks an Allow; None where nothing
            decides (the root user of the resource's account).
        by: The statement that decided; None if what is missing decided.
    """

    is_allowed: bool
    policy_type: PolicyType | None = None
    by: Match | None = None

    @property
    def is_explicit(self) -> bool:
        """Whether a Deny decided."""
        return not self.is_allowed and self.by is not None


def decide(question: Question, policies: Policies) -> Verdict:
    """Decide a request by all policies that speak about it."""
    resource_type = PolicyType.TRUST if policies.is_trust else PolicyType.RESOURCE
    return _explicit_deny(question, policies, resource_type) or _allowing(
        question, policies, resource_type
    )


def _explicit_deny(
    question: Question, policies: Policies, resource_type: PolicyType
) -> Verdict | None:
    boundary = (policies.boundary,) if policies.boundary else ()
    for kind, attached in (
        (PolicyType.IDENTITY, policies.identity),
        (resource_type, policies.resource),
        (PolicyType.BOUNDARY, boundary),
        (PolicyType.SESSION, policies.session or ()),
    ):
        of_resource = kind is resource_type
        for match in matches(attached, question, "Deny", of_resource=of_resource):
            return Verdict(False, kind, match)
    return None


def _allowing(question: Question, policies: Policies, resource_type: PolicyType) -> Verdict:
    by_resource = _most_direct(question, policies)
    if question.principal.kind in ("service", "anonymous"):
        return Verdict(by_resource is not None, resource_type, by_resource)
    if question.is_cross_account:
        return _across_accounts(question, policies, resource_type, by_resource)
    return _within_account(question, policies, resource_type, by_resource)


def _most_direct(question: Question, policies: Policies) -> Match | None:
    found = matches(policies.resource, question, "Allow", of_resource=True)
    return max(found, key=lambda match: match.naming, default=None)


def _within_account(
    question: Question, policies: Policies, resource_type: PolicyType, by_resource: Match | None
) -> Verdict:
    naming = by_resource.naming if by_resource else Naming.NOT_AT_ALL
    if policies.rule is ResourceRule.MUST_ALLOW and not by_resource:
        return Verdict(False, resource_type)
    if by_resource and naming is Naming.ITSELF:
        return Verdict(True, resource_type, by_resource)
    if question.principal.kind == "root":
        return Verdict(True)
    if by_resource and naming is Naming.BY_ROLE:
        # The role is named, not its session: what limits the session goes on to limit it.
        return _limited(question, policies, Verdict(True, resource_type, by_resource))
    return _by_identity(question, policies)


def _across_accounts(
    question: Question, policies: Policies, resource_type: PolicyType, by_resource: Match | None
) -> Verdict:
    own = Verdict(True) if question.principal.kind == "root" else _by_identity(question, policies)
    if not own.is_allowed:
        return own
    return Verdict(by_resource is not None, resource_type, by_resource)


def _by_identity(question: Question, policies: Policies) -> Verdict:
    for match in matches(policies.identity, question, "Allow", of_resource=False):
        return _limited(question, policies, Verdict(True, PolicyType.IDENTITY, match))
    return Verdict(False, PolicyType.IDENTITY)


def _limited(question: Question, policies: Policies, verdict: Verdict) -> Verdict:
    """Return the verdict, unless boundary or session policies don't allow the same."""
    if policies.boundary and not _allows((policies.boundary,), question):
        return Verdict(False, PolicyType.BOUNDARY)
    if policies.session is not None and not _allows(policies.session, question):
        return Verdict(False, PolicyType.SESSION)
    return verdict


def _allows(attached: tuple[AttachedPolicy, ...], question: Question) -> bool:
    return any(True for _ in matches(attached, question, "Allow", of_resource=False))
