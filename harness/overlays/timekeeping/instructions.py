"""What `advance` is asked for, read and checked. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

SECOND: Final = 1_000_000_000
SETTLE_SECONDS: Final = 30.0
LONGEST_SECONDS: Final = 100 * 366 * 86_400
"""Of one advance."""
_MEMBERS: Final = frozenset({"seconds", "to", "settle_seconds"})


@dataclass(frozen=True)
class Instruction:
    """By how much, or to where, time is moved.

    Attributes:
        by_ns: By how much; or
        to_ns: to which instant.
        settle_seconds: How long a jump waits for what is in flight, in machine time.
    """

    by_ns: int | None
    to_ns: int | None
    settle_seconds: float = SETTLE_SECONDS


def read_instruction(body: bytes) -> Instruction:
    """Read `{"seconds": …}` or `{"to": …}`, each with `"settle_seconds"` if wanted.

    Raises:
        ValueError: It is something else, and how to say it.
    """
    try:
        # Not by way of floats: 0.1 s is to be exactly that.
        document = json.loads(body or b"null", parse_float=Decimal, parse_constant=_no_number)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as problem:
        raise ValueError(f"The body isn't JSON: {problem}") from problem
    if not isinstance(document, dict) or ("seconds" in document) == ("to" in document):
        raise ValueError('Say either {"seconds": 60} or {"to": "2026-03-02T10:00:00Z"}.')
    if unknown := sorted(document.keys() - _MEMBERS):
        raise ValueError(f"Unknown member {unknown[0]!r}; known are {', '.join(sorted(_MEMBERS))}.")
    settle = _number(document.get("settle_seconds", SETTLE_SECONDS), "settle_seconds")
    if not 0 <= settle <= 3600:
        raise ValueError("settle_seconds is between 0 and 3600.")
    if "seconds" in document:
        seconds = _number(document["seconds"], "seconds")
        if seconds < 0:
            raise ValueError("The clock can't go back: seconds is negative.")
        if seconds > LONGEST_SECONDS:
            raise ValueError("seconds is more than a hundred years.")
        return Instruction(_ns(seconds), None, float(settle))
    return Instruction(None, _instant(document["to"]), float(settle))


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of seconds.")


def _number(value: Any, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError(f"{name} is a number, not {json.dumps(value, default=str)}.")
    return Decimal(value)


def _ns(seconds: Decimal) -> int:
    return int((seconds * SECOND).to_integral_value())


def _instant(value: Any) -> int:
    if isinstance(value, str):
        try:
            at = datetime.fromisoformat(value)
        except ValueError as problem:
            raise ValueError(f"to is an ISO 8601 instant, not {value!r}.") from problem
        if at.tzinfo is None:
            raise ValueError(f'to needs a time zone, such as in "{value}Z".')
        whole = at.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)
        return (whole.days * 86_400 + whole.seconds) * SECOND + at.microsecond * 1000
    seconds = _number(value, "to")
    # Before it is multiplied out: an exponent makes any number of digits of a few characters.
    if not 0 <= seconds <= 10**10:
        raise ValueError("to is in seconds since the epoch, before the year 2100.")
    return _ns(seconds)
