"""Whether an authorizer's policy lets a request pass. Pure.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

INVOKE = "execute-api:Invoke"


class Decision(Enum):
    ALLOWED = "allowed"
    DENIED_EXPLICITLY = "denied explicitly"
    DENIED_IMPLICITLY = "denied implicitly"


class MalformedPolicy(ValueError):
    """The document isn't a policy, or uses an element that isn't evaluated here."""


@dataclass(frozen=True)
class Statement:
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]

    def covers(self, method_arn: str) -> bool:
        action = any(matches(it.lower(), INVOKE.lower()) for it in self.actions)
        return action and any(matches(it, method_arn) for it in self.resources)


def statements_of(document: Any) -> list[Statement]:
    """Read a policy document.

    Raises:
        MalformedPolicy: It has no statements, or one that can't be evaluated.
    """
    listed = document.get("Statement") if isinstance(document, Mapping) else None
    statements = [listed] if isinstance(listed, Mapping) else listed
    if not isinstance(statements, list):
        raise MalformedPolicy("The policy document has no statements.")
    return [_statement(statement) for statement in statements]


def decide(statements: Iterable[Statement], method_arn: str) -> Decision:
    """Evaluate statements for a request: an explicit denial wins, silence denies."""
    covering = [statement for statement in statements if statement.covers(method_arn)]
    if not covering:
        return Decision.DENIED_IMPLICITLY
    allowed = all(statement.allows for statement in covering)
    return Decision.ALLOWED if allowed else Decision.DENIED_EXPLICITLY


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern of `*` (any characters, slashes too) and `?` (one)."""
    regex = "".join({"*": ".*", "?": "."}.get(it, re.escape(it)) for it in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


def _statement(statement: Any) -> Statement:
    known = {"Sid", "Effect", "Action", "Resource"}
    if not isinstance(statement, Mapping) or not known.issuperset(statement):
        raise MalformedPolicy(f"Only {sorted(known)} of a statement are evaluated: {statement}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicy(f"The statement has no effect: {statement}")
    return Statement(
        allows=statement["Effect"] == "Allow",
        actions=_texts(statement.get("Action")),
        resources=_texts(statement.get("Resource")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(it, str) for it in listed):
        raise MalformedPolicy(f"Neither a text nor a list of texts: {value}")
    return tuple(listed)
