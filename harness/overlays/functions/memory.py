"""How much memory an environment's processes use, and whether that is too much."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_MB: Final = 1024 * 1024


class MemoryWatch:
    """Follows the processes of one environment.

    Args:
        limit_mb: The function's memory size.
    """

    def __init__(self, limit_mb: int) -> None:
        self._limit = limit_mb * _MB
        self._first: int | None = None
        self._peak = 0

    @property
    def peak_mb(self) -> int:
        """The most that was seen in use, at most what there is, in MB."""
        return min(-(-self._peak // _MB), self._limit // _MB)

    def follow(self, first_process: int) -> None:
        """Watch the descendants of an environment's first process from now on."""
        self._first = first_process

    def is_exceeded(self) -> bool:
        """Whether the processes use more than the function may, right now."""
        return self.sample() > self._limit

    def note(self, used: int) -> None:
        """Take note of bytes that were in use at some time."""
        self._peak = max(self._peak, used)

    def sample(self) -> int:
        """Return the bytes in use right now; they count for the peak."""
        if self._first is None:
            return 0
        used = sum(_resident(process) for process in _descendants(self._first))
        self.note(used)
        return used


def _descendants(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    found = [int(child) for child in children]
    return found + [grandchild for child in found for grandchild in _descendants(child)]


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
