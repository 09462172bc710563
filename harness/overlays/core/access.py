"""May this principal do that? The question, its answer, and who is asked.

The access overlay registers itself as the one who answers. Where it isn't installed, or is off,
everything is allowed, as in LocalStack. Pure: nothing of LocalStack is imported.

A call that goes through the emulator's gateway is decided there, with the same evaluator. `check`
is for what has no request of its own: permission-only actions (`iam:PassRole`), and a delivery
that must know why it isn't allowed before it is tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

PrincipalKind = Literal["root", "user", "role-session", "federated-user", "service", "anonymous"]

ContextValue = str | tuple[str, ...]
"""The value of a condition key: one string, or several of a multivalued key."""


@dataclass(frozen=True)
class Principal:
    """Who asks.

    Attributes:
        kind: What it is.
        arn: Its ARN as AWS's messages show it: of a role session, the session's. The name of a
            service principal, such as `events.amazonaws.com`; empty when anonymous.
        account: 12-digit id of its account; empty for services and anonymous callers.
        role: ARN of a session's role, with its path.
        session_policies: JSON documents that limit a role session.
        tags: `aws:PrincipalTag`s that a session was given, beside those of its role.
        access_key: Access key id that it signed with, if any.
        user_id: `aws:userid`, such as `AROA…:session`.
        region: Where a service is that calls; some policies name it with its Region.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """

    kind: PrincipalKind
    arn: str = ""
    account: str = ""
    role: str = ""
    session_policies: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    access_key: str = ""
    user_id: str = ""
    region: str = ""

    @property
    def name(self) -> str:
        """What AWS's messages call it."""
        return self.arn or "anonymous"


ANONYMOUS: Final = Principal("anonymous")


def service(name: str, region: str = "") -> Principal:
    """Return a service principal.

    Args:
        name: Such as `events` or `events.amazonaws.com`.
        region: Where the service is.
    """
    return Principal("service", name if "." in name else f"{name}.amazonaws.com", region=region)


def role_session(role: str, session: str) -> Principal:
    """Return a session of a role, as a service gets it that assumes the role.

    Args:
        role: The role's ARN, with its path if it has one.
        session: The session's name.
    """
    partition, account, path = role.split(":")[1], role.split(":")[4], role.split(":", 5)[5]
    name = path.rsplit("/", 1)[-1]
    arn = f"arn:{partition}:sts::{account}:assumed-role/{name}/{session}"
    return Principal("role-session", arn, account, role)


@dataclass(frozen=True)
class AccessRequest:
    """One action of a principal on a resource.

    Attributes:
        principal: Who asks.
        action: Such as `sqs:SendMessage`; AWS's spelling.
        resource: ARN of what it is done to, or `*` where the action has no resource.
        region: Where it is asked; the resource's region, or `us-east-1`, when empty.
        context: Condition keys that the caller knows beyond those that follow from principal,
            resource and region, such as `aws:SourceArn`. Names in any case.
    """

    principal: Principal
    action: str
    resource: str
    region: str = ""
    context: Mapping[str, ContextValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What was decided, and why.

    Attributes:
        is_allowed: Whether the caller may go on. True also where a denial is only reported
            (mode `audit`).
        message: AWS's text of the denial: `User: … is not authorized to perform: … because …`;
            empty when the policies allow.
        decided_by: The statement that decided, for people: policy, statement id, effect; or what
            is missing.
        fix: A statement (JSON) that would allow the action, and in `decided_by` where it
            belongs; empty when nothing is missing, or when a Deny has to go.
        is_explicit: Whether a Deny decided.
        policy_type: Which kind of policy decided: `identity-based policy`, `resource-based
            policy`, `permissions boundary`, `session policy`, `role trust policy`; empty if none.
    """

    is_allowed: bool
    message: str = ""
    decided_by: str = ""
    fix: str = ""
    is_explicit: bool = False
    policy_type: str = ""


KeyProblem = Literal["", "AccessDenied", "Disabled", "InvalidState", "NotFound"]


@dataclass(frozen=True)
class KeyRequest:
    """A use of a KMS key that a service makes for a principal.

    Attributes:
        principal: Whose permission counts: who calls the service, or the service itself.
        actions: Such as `kms:GenerateDataKey`; all must be allowed.
        key: Id, ARN, alias or alias ARN; what isn't an ARN is of `account` and `region`.
        account: Who owns the resource that names the key.
        region: Where it is.
        service: Whose resource that is, such as `sqs`: `kms:ViaService`, and the service whose
            AWS managed key `alias/aws/…` may be.
        encryption_context: What the service says the data is.
        context: Further condition keys, such as `aws:SourceArn` of a service principal.
    """

    principal: Principal
    actions: tuple[str, ...]
    key: str
    account: str
    region: str
    service: str
    encryption_context: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, ContextValue] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyAnswer:
    """Whether a KMS key can be used.

    Attributes:
        problem: Why not; empty if it can. Who isn't allowed to use a key doesn't learn its state.
        message: KMS's sentence.
    """

    problem: KeyProblem = ""
    message: str = ""


class Evaluator(Protocol):
    """Who answers."""

    def use_key(self, request: KeyRequest) -> KeyAnswer:
        """Decide whether a KMS key can be used."""

    def decide(self, request: AccessRequest) -> Decision:
        """Decide whether a principal may do something."""

    def principal_of(self, access_key: str, account: str) -> Principal | None:
        """Return who signs with an access key; None when nobody does, or not any more."""


_NOT_ENFORCED: Final = Decision(True, decided_by="access isn't evaluated")
_evaluators: list[Evaluator] = []


def evaluate_with(evaluator: Evaluator) -> None:
    """Have an evaluator answer from now on; the access overlay does this once."""
    _evaluators[:] = [evaluator]


def check(request: AccessRequest) -> Decision:
    """Decide whether a principal may do something; raises nothing.

    A denial is kept with those of the gateway, for reports.

    Returns:
        The decision; always allowed when nobody evaluates.
    """
    return _evaluators[0].decide(request) if _evaluators else _NOT_ENFORCED


def use_key(request: KeyRequest) -> KeyAnswer:
    """Decide whether a KMS key can be used: by policies and grants, then by its state.

    Returns:
        The answer; always that it can when nobody evaluates, or the accounts' mode is `off`.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    return _evaluators[0].use_key(request) if _evaluators else KeyAnswer()


def principal_of(access_key: str, account: str) -> Principal | None:
    """Return who signs with an access key.

    Args:
        access_key: Access key id; of an account's root user, the account's id.
        account: The account that LocalStack takes the key for.

    Returns:
        The principal; None for a key that nobody has, or whose session has ended. The account's
        root user when nobody evaluates.
    """
    if _evaluators:
        return _evaluators[0].principal_of(access_key, account)
    return Principal("root", f"arn:aws:iam::{account}:root", account, user_id=account)


def check_service(
    name: str, action: str, resource: str, *, source_arn: str = "", source_account: str = ""
) -> Decision:
    """Decide what a service may do for a resource of its own, without a role.

    Only the other resource's policy counts: `events.amazonaws.com` that sends to a queue, a topic
    or a dead-letter queue, or that invokes a function. With `sts:AssumeRole` and a role as
    resource, its trust policy decides.

    Args:
        name: Such as `events`.
        action: Such as `sqs:SendMessage`.
        resource: ARN of the target.
        source_arn: `aws:SourceArn`: the rule, the bus.
        source_account: `aws:SourceAccount`; the account in `source_arn` when empty.
    """
    context: dict[str, ContextValue] = {}
    parts = source_arn.split(":")
    if source_arn:
        context["aws:SourceArn"] = source_arn
    if account := source_account or (parts[4] if len(parts) > 5 else ""):
        context["aws:SourceAccount"] = account
    region = parts[3] if len(parts) > 5 else ""
    return check(AccessRequest(service(name, region), action, resource, context=context))
