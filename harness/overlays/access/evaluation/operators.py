"""Condition operators: how one value of a request compares with one of a policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from typing import Final, Literal

from . import patterns
from .patterns import Context

Comparison = Callable[[str, str, Context, bool], bool]
"""Compares a value of the request with one of the policy.

Then come the context, and whether variables mean something."""

Quantifier = Literal["", "ForAllValues", "ForAnyValue"]


@dataclass(frozen=True)
class Operator:
    """A condition operator.

    Attributes:
        name: As in the document.
        compares: The comparison; of a negated operator, the one that is negated.
        is_negated: Whether no value may match.
        passes_if_absent: Whether it ends in `IfExists`.
        quantifier: How several values of the request count.
    """

    name: str
    compares: Comparison
    is_negated: bool = False
    passes_if_absent: bool = False
    quantifier: Quantifier = ""

    @property
    def asks_for_presence(self) -> bool:
        """Whether it is `Null`."""
        return self.compares is _null


@lru_cache(maxsize=256)
def named(name: str) -> Operator | None:
    """Return the operator of a name; None if there is none such."""
    quantifier, colon, rest = name.rpartition(":")
    if colon and quantifier not in ("ForAllValues", "ForAnyValue"):
        return None
    bare = rest.removesuffix("IfExists")
    found = _COMPARISONS.get(bare)
    if found is None or (bare == "Null" and name != bare):
        return None
    compares, is_negated = found
    return Operator(name, compares, is_negated, rest != bare, quantifier)  # type: ignore[arg-type]


def _same(value: str, wanted: str, context: Context, has_variables: bool) -> bool:
    return patterns.same(wanted, context, has_variables=has_variables)(value)


def _same_ignoring_case(value: str, wanted: str, context: Context, has_variables: bool) -> bool:
    lowered = {key: tuple(one.lower() for one in values) for key, values in context.items()}
    return patterns.same(wanted.lower(), lowered, has_variables=has_variables)(value.lower())


def _like(value: str, wanted: str, context: Context, has_variables: bool) -> bool:
    return patterns.like(wanted, context, has_variables=has_variables)(value)


def _arn(value: str, wanted: str, context: Context, has_variables: bool) -> bool:
    return patterns.arn(wanted, context, has_variables=has_variables)(value)


def _number(value: str, wanted: str, *_: object, test: Callable[[Decimal, Decimal], bool]) -> bool:
    try:
        left, right = Decimal(value), Decimal(wanted)
        return not (left.is_nan() or right.is_nan()) and test(left, right)
    except InvalidOperation:
        return False


def _date(value: str, wanted: str, *_: object, test: Callable[[float, float], bool]) -> bool:
    left, right = _instant(value), _instant(wanted)
    return left is not None and right is not None and test(left, right)


@lru_cache(maxsize=1024)
def _instant(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or datetime.UTC).timestamp()


def _boolean(value: str, wanted: str, *_: object) -> bool:
    return value.lower() == wanted.lower() and value.lower() in ("true", "false")


def _address(value: str, wanted: str, *_: object) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def _binary(value: str, wanted: str, *_: object) -> bool:
    try:
        return base64.b64decode(value, validate=True) == base64.b64decode(wanted, validate=True)
    except (binascii.Error, ValueError):
        return False


def _null(value: str, wanted: str, *_: object) -> bool:
    return value == wanted.lower()


_COMPARISONS: Final[dict[str, tuple[Comparison, bool]]] = {
    "StringEquals": (_same, False),
    "StringNotEquals": (_same, True),
    "StringEqualsIgnoreCase": (_same_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_same_ignoring_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "NumericEquals": (partial(_number, test=lambda a, b: a == b), False),
    "NumericNotEquals": (partial(_number, test=lambda a, b: a == b), True),
    "NumericLessThan": (partial(_number, test=lambda a, b: a < b), False),
    "NumericLessThanEquals": (partial(_number, test=lambda a, b: a <= b), False),
    "NumericGreaterThan": (partial(_number, test=lambda a, b: a > b), False),
    "NumericGreaterThanEquals": (partial(_number, test=lambda a, b: a >= b), False),
    "DateEquals": (partial(_date, test=lambda a, b: a == b), False),
    "DateNotEquals": (partial(_date, test=lambda a, b: a == b), True),
    "DateLessThan": (partial(_date, test=lambda a, b: a < b), False),
    "DateLessThanEquals": (partial(_date, test=lambda a, b: a <= b), False),
    "DateGreaterThan": (partial(_date, test=lambda a, b: a > b), False),
    "DateGreaterThanEquals": (partial(_date, test=lambda a, b: a >= b), False),
    "Bool": (_boolean, False),
    "BinaryEquals": (_binary, False),
    "IpAddress": (_address, False),
    "NotIpAddress": (_address, True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
    "Null": (_null, False),
}
