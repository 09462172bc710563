"""Where a listing goes on: opaque to the caller, good for a day. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecutionHistory.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")

LIFETIME_SECONDS: Final = 24 * 60 * 60
DEFAULT_ITEMS: Final = 100
MOST_BYTES: Final = 5 * 1024 * 1024


class InvalidMarkerError(ValueError):
    """The marker isn't one of ours, or is too old."""


def marker(position: int, now: float) -> str:
    said = json.dumps([position, now]).encode()
    return base64.urlsafe_b64encode(said).decode()


def position_in(text: str | None, now: float) -> int:
    """Return where a marker points to; the beginning without one."""
    if not text:
        return 0
    try:
        position, issued = json.loads(base64.urlsafe_b64decode(text))
        is_valid = position >= 0 and now - issued <= LIFETIME_SECONDS
    except (ValueError, TypeError):
        is_valid = False
    if not is_valid:
        raise InvalidMarkerError("Invalid marker")
    return int(position)


def page(
    items: Sequence[Item],
    *,
    start: int,
    most: int | None,
    now: float,
    size: Callable[[Item], int] = lambda item: 0,
) -> tuple[list[Item], str | None]:
    """Return a page of items, and the marker of the next one if there is one.

    Args:
        items: All of them, in order.
        start: Where the page begins.
        most: How many it holds at most; the default when 0 or absent.
        now: The emulator's time.
        size: Bytes of an item; a page holds what fits into a response, and at least one item.
    """
    chosen: list[Item] = []
    room = MOST_BYTES
    for item in items[start : start + (most or DEFAULT_ITEMS)]:
        room -= size(item)
        if chosen and room < 0:
            break
        chosen.append(item)
    end = start + len(chosen)
    return chosen, marker(end, now) if end < len(items) else None
