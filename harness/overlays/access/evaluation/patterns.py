"""Wildcards and policy variables: when a string of a policy means a string of a request.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

Context = Mapping[str, tuple[str, ...]]
"""Condition keys of a request, in lower case, with their values."""

_VARIABLE: Final = re.compile(r"\$\{\s*([^{}',]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_LITERALS: Final = {"*": "*", "?": "?", "$": "$"}
_ARN_FIELDS: Final = 6

Matcher = Callable[[str], bool]


def never(_: str) -> bool:
    """Match nothing: a variable in it has no value."""
    return False


def like(pattern: str, context: Context, *, has_variables: bool = True) -> Matcher:
    """Return who says whether a string is like a pattern (`StringLike`)."""
    return _compiled(pattern, context, has_variables, "any", wildcards=True)


def same(pattern: str, context: Context, *, has_variables: bool = True) -> Matcher:
    """Return who says whether a string is exactly what a pattern says (`StringEquals`)."""
    return _compiled(pattern, context, has_variables, "any", wildcards=False)


def resource(pattern: str, context: Context, *, has_variables: bool = True) -> Matcher:
    """Return who says whether a Resource element means an ARN.

    A `*` that ends one of the ARN's parts goes beyond the colon that follows it, another one in
    the first five parts doesn't; so `arn:aws:sqs:*` means each queue.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
    """
    if pattern == "*":
        return _always
    return _compiled(pattern, context, has_variables, "resource", wildcards=True)


def arn(pattern: str, context: Context, *, has_variables: bool = True) -> Matcher:
    """Return who says whether an ARN is like another one (`ArnLike`): part by part.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    if pattern == "*":
        return _always
    return _compiled(pattern, context, has_variables, "arn", wildcards=True)


@lru_cache(maxsize=8192)
def action(pattern: str) -> re.Pattern[str]:
    """Return the expression of an Action element, for names in any case."""
    return re.compile(_expression(pattern, "any", True), re.IGNORECASE | re.DOTALL)


def _always(_: str) -> bool:
    return True


def _compiled(
    pattern: str, context: Context, has_variables: bool, kind: str, *, wildcards: bool
) -> Matcher:
    if not has_variables or "${" not in pattern:
        found = _plain(pattern, kind, wildcards)
        return lambda text: found.fullmatch(text) is not None
    values = []
    for name, default in _VARIABLE.findall(pattern):
        value = _value(name, default if f"'{default}'" in pattern else None, context)
        if value is None:
            return never
        values.append(value)
    bound = _bound(pattern, kind, wildcards, tuple(values))
    return lambda text: bound.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def _plain(pattern: str, kind: str, wildcards: bool) -> re.Pattern[str]:
    return re.compile(_expression(pattern, kind, wildcards), re.DOTALL)


@lru_cache(maxsize=8192)
def _bound(pattern: str, kind: str, wildcards: bool, values: tuple[str, ...]) -> re.Pattern[str]:
    # A private-use character stands for each value: what a value holds is never a wildcard.
    left = iter(range(len(values)))
    marked = _VARIABLE.sub(lambda _: chr(0xE000 + next(left)), pattern)
    expression = _expression(marked, kind, wildcards)
    for number, value in enumerate(values):
        expression = expression.replace(chr(0xE000 + number), re.escape(value))
    return re.compile(expression, re.DOTALL)


def _value(name: str, default: str | None, context: Context) -> str | None:
    if name in _LITERALS:
        return name
    values = context.get(name.lower(), ())
    return values[0] if len(values) == 1 else default


def _expression(pattern: str, kind: str, wildcards: bool) -> str:
    if not wildcards:
        return re.escape(pattern)
    parts = pattern.split(":", _ARN_FIELDS - 1) if kind != "any" else [pattern]
    last = len(parts) - 1
    return ":".join(
        _part(part, confined=kind != "any" and number < _ARN_FIELDS - 1, kind=kind)
        + ("(?::.*)?" if kind == "arn" and number == last < _ARN_FIELDS - 1 else "")
        for number, part in enumerate(parts)
    )


def _part(part: str, *, confined: bool, kind: str) -> str:
    pieces = []
    for number, character in enumerate(part):
        if character == "*":
            reaches_on = kind == "resource" and number == len(part) - 1
            pieces.append(".*" if reaches_on or not confined else "[^:]*")
        elif character == "?":
            pieces.append("[^:]" if confined else ".")
        else:
            pieces.append(re.escape(character))
    return "".join(pieces)
