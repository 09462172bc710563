"""Numbers as DynamoDB keeps them: equal values are one value, however they were written.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

MOST_DIGITS: Final = 38
_LARGEST: Final = Decimal("9.9999999999999999999999999999999999999E+125")
_SMALLEST: Final = Decimal("1E-130")


class NumberError(ValueError):
    """A number that DynamoDB doesn't keep; the text is AWS's message."""


def normalised(value: Any) -> Any:
    """Return a request's members with every number in its shortest form.

    Args:
        value: Members, or a part of them.

    Raises:
        NumberError: One isn't a number, or has too many digits, or is too large or too small.
    """
    if isinstance(value, list):
        return [normalised(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _member(name, one) for name, one in value.items()}


def shortest(text: str) -> str:
    """Return a number without needless zeros and without an exponent: `1.50E1` is `15`."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise NumberError(f"The parameter cannot be converted to a numeric value: {text}")
    if not number:
        return "0"
    if len(number.as_tuple().digits) > MOST_DIGITS:
        number = _trimmed(number)
    if abs(number) > _LARGEST:
        raise NumberError(
            "Number overflow. Attempting to store a number with magnitude larger than supported "
            "range"
        )
    if abs(number) < _SMALLEST:
        raise NumberError(
            "Number underflow. Attempting to store a number with magnitude smaller than supported "
            "range"
        )
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _trimmed(number: Decimal) -> Decimal:
    sign, digits, exponent = number.as_tuple()
    significant = "".join(map(str, digits)).rstrip("0")
    if len(significant.lstrip("0")) > MOST_DIGITS:
        raise NumberError("Attempting to store more than 38 significant digits in a Number")
    places = int(exponent) + len(digits) - len(significant)
    return Decimal((sign, tuple(map(int, significant)), places))


def _member(name: str, value: Any) -> Any:
    # An attribute may be called N as well; its value is a dictionary then.
    if name == "N" and isinstance(value, str):
        return shortest(value)
    if name == "NS" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [shortest(one) for one in value]
    return normalised(value)
