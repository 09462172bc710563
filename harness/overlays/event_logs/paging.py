"""Lists in pages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from .delivery_rules import VALIDATION, RefusedError

MOST: Final = 50  # `limit`'s own maximum, and its default


def page(member: str, items: Sequence[Any], limit: int | None, token: str | None) -> dict[str, Any]:
    """Return one page of a list, as an answer.

    Args:
        member: The answer's member.
        items: The whole list.
        limit: Most items; 50 if absent.
        token: `nextToken` of the page before.

    Raises:
        RefusedError: There is no such page.
    """
    size = MOST if limit is None else limit
    if not 1 <= size <= MOST:
        bound = "greater than or equal to 1" if size < 1 else f"less than or equal to {MOST}"
        raise RefusedError(
            VALIDATION,
            f"1 validation error detected: Value '{size}' at 'limit' failed to satisfy "
            f"constraint: Member must have value {bound}",
        )
    if token is not None and not token.isdecimal():
        raise RefusedError(VALIDATION, "The specified nextToken is invalid.")
    begin = int(token or 0)
    answer: dict[str, Any] = {member: list(items[begin : begin + size])}
    if begin + size < len(items):
        answer["nextToken"] = str(begin + size)
    return answer
