"""What filter patterns compare with: texts with asterisks, regular expressions, numbers. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final


class InvalidPatternError(ValueError):
    """It is no filter pattern; the text says why."""


OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def number(text: str) -> float | None:
    """Read a number; None when it is none."""
    try:
        return float(text) if text.lower().lstrip("+-") not in ("nan", "inf", "infinity") else None
    except ValueError:
        return None


def regular_expression(text: str) -> re.Pattern[str] | None:
    """Return what stands between two percent signs; None when there are none.

    Raises:
        InvalidPatternError: It is no regular expression.
    """
    if len(text) < 2 or not (text.startswith("%") and text.endswith("%")):
        return None
    try:
        return re.compile(text[1:-1])
    except re.error as problem:
        raise InvalidPatternError(f"{text}: {problem}") from problem


def text_pattern(term: str, *, is_quoted: bool) -> Callable[[str], bool]:
    """Return the function that looks for a term in a message."""
    if not is_quoted and (expression := regular_expression(term)):
        return lambda message: expression.search(message) is not None
    wanted = re.sub(r"\\(.)", r"\1", term) if is_quoted else term
    return lambda message: wanted in message


def comparison(sign: str, value: str, *, is_quoted: bool) -> Callable[[Any], bool]:
    """Return the function that compares a field with a value.

    Args:
        sign: One of `OPERATORS`.
        value: As it stands in the pattern, without quotes.
        is_quoted: Whether it had quotes.

    Raises:
        InvalidPatternError: They don't go together.
    """
    expected = None if is_quoted else number(value)
    if sign not in ("=", "!=") and expected is None:
        raise InvalidPatternError(f"{sign} compares numbers, and {value} is none")
    if expected is not None:
        compare = OPERATORS[sign]

        def compares(field: Any) -> bool:
            found = _as_number(field)
            return sign == "!=" if found is None else compare(found, expected)

        return compares
    like = _like(value, is_quoted)
    if sign == "=":
        return lambda field: like(_as_text(field))
    return lambda field: not like(_as_text(field))


def _like(value: str, is_quoted: bool) -> Callable[[str | None], bool]:
    if not is_quoted and (expression := regular_expression(value)):
        return lambda text: text is not None and expression.search(text) is not None
    parts = [re.escape(part) for part in re.sub(r"\\(.)", r"\1", value).split("*")]
    whole = re.compile(".*".join(parts), re.DOTALL)
    return lambda text: text is not None and whole.fullmatch(text) is not None


def _as_number(field: Any) -> float | None:
    if isinstance(field, bool):
        return None
    if isinstance(field, (int, float)):
        return float(field)
    return number(field) if isinstance(field, str) else None


def _as_text(field: Any) -> str | None:
    match field:
        case str():
            return field
        case bool():
            return str(field).lower()
        case int() | float():
            return str(field)
        case _:
            return None
