"""Decides a request with everything that speaks about it, read from the services' stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.overlays.core.access import Principal

from . import context, identities, resource_policies
from .documents import attached
from .evaluation import advice, messages
from .evaluation.decision import Policies, Verdict, decide
from .evaluation.statements import Question
from .modes import ENFORCE, OFF, modes


@dataclass(frozen=True)
class Decided:
    """A request and what was decided about it.

    Attributes:
        question: What was asked.
        policies: All that spoke about it.
        verdict: The decision.
        mode: Whether it counts.
    """

    question: Question
    policies: Policies
    verdict: Verdict
    mode: str

    @property
    def is_refused(self) -> bool:
        """Whether the caller must not go on."""
        return not self.verdict.is_allowed and self.mode == ENFORCE

    @property
    def message(self) -> str:
        """AWS's sentence for the denial; empty when allowed."""
        return "" if self.verdict.is_allowed else messages.denial(self.question, self.verdict)

    @property
    def explanation(self) -> str:
        """Which statement decided, or what is missing."""
        return advice.explanation(self.question, self.policies, self.verdict)

    @property
    def fix(self) -> str:
        """The statement that would allow it; empty when nothing is missing."""
        return advice.fix(self.question, self.verdict)


def decide_request(
    principal: Principal, action: str, resource: str, keys: Mapping[str, tuple[str, ...]]
) -> Decided | None:
    """Decide one action on one resource; None where nothing is evaluated.

    Args:
        principal: Who asks.
        action: Such as `sqs:SendMessage`.
        resource: An ARN, or `*`.
        keys: Condition keys in lower case.
    """
    on = resource_policies.of_resource(resource, action)
    owner = on.account or _account_in(resource) or principal.account
    mode = modes.of(principal.account, owner)
    if mode == OFF or _is_own_business(principal, action, resource, owner, keys):
        return None
    known = {**context.of_principal(principal), **keys, "aws:resourceaccount": (owner,)}
    question = Question(principal, action, resource, known, owner)
    identity, boundary = identities.policies_of(principal)
    session = tuple(attached("the session policy", one) for one in principal.session_policies)
    policies = Policies(identity, boundary, session or None, on.policies, on.rule, on.is_trust)
    return Decided(question, policies, decide(question, policies), mode)


def _is_own_business(
    principal: Principal,
    action: str,
    resource: str,
    owner: str,
    keys: Mapping[str, tuple[str, ...]],
) -> bool:
    """Say whether a service does what it needs no permission for.

    Lambda's pollers invoke the functions that they poll for, EventBridge has a managed rule for
    each archive, and any service puts its own events on the default bus of its resource's account.
    """
    if principal.kind != "service":
        return False
    if principal.arn == "lambda.amazonaws.com":
        return action == "lambda:InvokeFunction"
    if principal.arn == "events.amazonaws.com" and "/Events-Archive-" in resource:
        return action.startswith("events:")
    is_event = action == "events:PutEvents" and principal.arn != "events.amazonaws.com"
    return is_event and keys.get("aws:sourceaccount", (owner,)) == (owner,)


def _account_in(resource: str) -> str:
    parts = resource.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4] != "aws" else ""
