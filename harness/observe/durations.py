"""Durations as people write and read them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from harness.errors import UsageProblem

_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_WRITTEN: Final = re.compile(r"(?:\d+[dhms])+")
_STEPS: Final = ((86400, "day", "days"), (3600, "h", "h"), (60, "min", "min"), (1, "s", "s"))


def duration_of(text: str) -> timedelta:
    """Read a duration such as `15m`, `90s`, `1h30m`.

    Raises:
        UsageProblem: It is something else.

    >>> duration_of("1h30m")
    datetime.timedelta(seconds=5400)
    """
    written = text.strip().lower()
    if not _WRITTEN.fullmatch(written):
        raise UsageProblem(
            f'"{text}" is no duration.', "Write it as 90s, 15m, 1h30m or 2d: a number and a unit."
        )
    total = timedelta()
    for number, unit in re.findall(r"(\d+)([dhms])", written):
        total += timedelta(**{_UNITS[unit]: int(number)})
    return total


def in_words(duration: timedelta) -> str:
    """Say how long a duration is, in its two largest units.

    >>> in_words(timedelta(days=365))
    '365 days'
    >>> in_words(timedelta(minutes=4, seconds=30))
    '4 min 30 s'
    """
    if timedelta() < duration < timedelta(seconds=1):
        return f"{duration.total_seconds() * 1000:.0f} ms"
    left, parts = round(duration.total_seconds()), list[str]()
    for size, one, many in _STEPS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {one if count == 1 else many}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"
