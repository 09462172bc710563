"""When a statement speaks about a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from harness.overlays.core.access import Principal

from . import conditions, patterns, principals
from .documents import Policy, Statement
from .patterns import Context
from .principals import Naming


@dataclass(frozen=True)
class Question:
    """A request as policies see it.

    Attributes:
        principal: Who asks.
        action: Such as `sqs:SendMessage`.
        resource: An ARN, or `*`.
        context: Condition keys in lower case with their values.
        resource_account: 12-digit id of the account that owns the resource; empty when it is the
            principal's.
    """

    principal: Principal
    action: str
    resource: str
    context: Context
    resource_account: str = ""

    @property
    def is_cross_account(self) -> bool:
        """Whether the resource is another account's than the principal's."""
        return bool(
            self.resource_account
            and self.principal.account
            and self.resource_account != self.principal.account
        )


@dataclass(frozen=True)
class AttachedPolicy:
    """A policy and where it is attached.

    Attributes:
        name: For people: `inline policy "send" of role worker`, an ARN.
        policy: The document.
        arn: The policy's ARN, of managed ones.
    """

    name: str
    policy: Policy
    arn: str = ""


@dataclass(frozen=True)
class Match:
    """A statement that speaks about the request."""

    attached: AttachedPolicy
    statement: Statement
    naming: Naming = Naming.ITSELF

    def __str__(self) -> str:
        return f"{self.statement.effect} in {self.statement.name} of {self.attached.name}"


def matches(
    attached: Iterable[AttachedPolicy], question: Question, effect: str, *, of_resource: bool
) -> Iterator[Match]:
    """Yield the statements of an effect that speak about a request.

    Args:
        attached: The policies.
        question: The request.
        effect: `Allow` or `Deny`.
        of_resource: Whether these are policies of the resource, which name principals and may
            leave the resource out.
    """
    for one in attached:
        policy = one.policy
        for statement in policy.allows if effect == "Allow" else policy.denies:
            named = principals.naming(statement, question.principal) if of_resource else None
            if named is Naming.NOT_AT_ALL:
                continue
            if not means_action(statement, question.action):
                continue
            if not means_resource(statement, question, has_variables=policy.has_variables):
                continue
            if conditions.unmet(
                statement.conditions, question.context, has_variables=policy.has_variables
            ):
                continue
            yield Match(one, statement, Naming.ITSELF if named is None else named)


def means_action(statement: Statement, action: str) -> bool:
    """Say whether a statement is about an action."""
    if statement.actions:
        return _is_any(statement.actions, action)
    return not _is_any(statement.not_actions, action)


@lru_cache(maxsize=65_536)
def _is_any(written: tuple[str, ...], action: str) -> bool:
    return any(patterns.action(one).fullmatch(action) for one in written)


def means_resource(statement: Statement, question: Question, *, has_variables: bool = True) -> bool:
    """Say whether a statement is about a request's resource; without the element, it is."""

    written = statement.resources or statement.not_resources
    if has_variables and _have_variables(written):
        is_any = _means(written, question.resource, question.context, has_variables=True)
    else:
        is_any = _plainly_means(written, question.resource)
    return is_any if statement.resources else not is_any


def _means(
    written: tuple[str, ...], resource: str, context: Context, *, has_variables: bool
) -> bool:
    return any(
        patterns.resource(one, context, has_variables=has_variables)(resource) for one in written
    )


@lru_cache(maxsize=65_536)
def _plainly_means(written: tuple[str, ...], resource: str) -> bool:
    return _means(written, resource, {}, has_variables=False)


@lru_cache(maxsize=8192)
def _have_variables(written: tuple[str, ...]) -> bool:
    return any("${" in one for one in written)
