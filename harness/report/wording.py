"""Numbers of things, in words."""

from __future__ import annotations


def counted(count: int, thing: str) -> str:
    """Return `1 test`, `2 tests`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
