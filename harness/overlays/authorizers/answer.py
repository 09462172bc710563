"""What a Lambda authorizer answers. Pure.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .policy import Statement, statements_of

UNAUTHORIZED = "Unauthorized"


class MalformedAnswer(ValueError):
    """The authorizer failed, or answered what the gateway can't use."""


class Unauthorized(Exception):
    """The authorizer raised the one error that becomes 401."""


@dataclass(frozen=True)
class Answer:
    """An authorizer's answer, which may be used again while it is cached.

    Attributes:
        principal: `principalId`.
        statements: The policy.
        context: The authorizer's own keys, as the texts that mappings and events see.
    """

    principal: str | None
    statements: tuple[Statement, ...]
    context: dict[str, str]


def answer_in(payload: bytes, *, failed: bool) -> Answer:
    """Read the payload of an authorizer's invocation.

    Args:
        payload: What Lambda returned.
        failed: Whether Lambda marked it as the function's error.

    Raises:
        Unauthorized: The function failed with exactly this word.
        MalformedAnswer: It failed otherwise, or its answer has another shape.
    """
    try:
        document = json.loads(payload)
    except ValueError as problem:
        raise MalformedAnswer("The authorizer didn't answer JSON.") from problem
    if not isinstance(document, dict):
        raise MalformedAnswer("The authorizer's answer is no object.")
    if failed:
        if document.get("errorMessage") == UNAUTHORIZED:
            raise Unauthorized
        raise MalformedAnswer(f"The authorizer failed: {document.get('errorMessage')}")
    try:
        statements = tuple(statements_of(document.get("policyDocument")))
    except ValueError as problem:
        raise MalformedAnswer(str(problem)) from problem
    context = document.get("context") or {}
    if not isinstance(context, dict):
        raise MalformedAnswer("The authorizer's context is no object.")
    return Answer(
        principal=document.get("principalId"),
        statements=statements,
        context={key: _text(value) for key, value in context.items() if value is not None},
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise MalformedAnswer(f"A value of the authorizer's context is no scalar: {value}")
