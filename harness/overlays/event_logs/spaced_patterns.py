"""Filter patterns for space-delimited messages: `[ip, user, ..., status = 4*, bytes > 100]`. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from .pattern_values import InvalidPatternError, comparison

Field = Callable[[str], bool]

_FIELD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)')
_CONDITION: Final = re.compile(
    r"""\s*(?P<name>[\w.-]+)\s*(?P<sign><=|>=|!=|=|<|>)\s*
        (?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>%[^%]*%|[^\s"&|]+))\s*""",
    re.VERBOSE,
)
ELLIPSIS: Final = "..."


def compile_spaced(text: str) -> Callable[[str], dict[str, Any] | None]:
    """Return the function that matches messages and names their fields.

    Raises:
        InvalidPatternError: It is no pattern.
    """
    inner = text.strip()[1:-1].strip()
    parts = [part.strip() for part in _parts(inner)] if inner else []
    if parts.count(ELLIPSIS) > 1:
        raise InvalidPatternError("there is more than one ellipsis")
    fields = [_field(part, at) for at, part in enumerate(parts, start=1)]

    def match(message: str) -> dict[str, Any] | None:
        found = [quoted or boxed or plain or "" for quoted, boxed, plain in _FIELD.findall(message)]
        if not fields:
            return {}
        placed = _placed(parts, len(found))
        if placed is None:
            return None
        named = {}
        for at, (name, holds) in _with_places(fields, placed):
            if not holds(found[at]):
                return None
            named[name] = found[at]
        return named

    return match


def _with_places(
    fields: list[tuple[str, Field]], placed: list[int | None]
) -> list[tuple[int, tuple[str, Field]]]:
    """Return the fields with their places in a message; those of an ellipsis have none."""
    pairs = zip(placed, fields, strict=True)
    return [(at, field) for at, field in pairs if at is not None]


def _placed(parts: list[str], number: int) -> list[int | None] | None:
    """Return which field of a message each part stands for; None when their numbers differ."""
    if ELLIPSIS not in parts:
        return list(range(number)) if number == len(parts) else None
    before = parts.index(ELLIPSIS)
    after = len(parts) - before - 1
    if number < before + after:
        return None
    return [*range(before), None, *range(number - after, number)]


def _parts(inner: str) -> list[str]:
    # Commas inside of quotes part nothing.
    return re.findall(r'(?:"(?:[^"\\]|\\.)*"|%[^%]*%|[^,"%])+', inner)


def _field(part: str, position: int) -> tuple[str, Field]:
    if part == ELLIPSIS:
        return "", lambda field: True
    if re.fullmatch(r"[\w.-]+", part):
        return part, lambda field: True
    names: list[str] = []
    either = [
        [_condition(one, names) for one in alternative.split("&&")]
        for alternative in part.split("||")
    ]
    name = names[0] if names else str(position)
    return name, lambda field: any(all(one(field) for one in both) for both in either)


def _condition(text: str, names: list[str]) -> Field:
    found = _CONDITION.fullmatch(text)
    if found is None:
        raise InvalidPatternError(f"this is no condition: {text.strip()}")
    names.append(found["name"])
    value = found["quoted"] if found["quoted"] is not None else found["plain"]
    return comparison(found["sign"], value, is_quoted=found["quoted"] is not None)
