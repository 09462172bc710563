"""Where scenarios run."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from harness.errors import UsageProblem

from .base import Target

__all__ = ["TARGETS", "Target", "target_named"]

_HOMES: Final = {
    "embedded": ("harness.targets.embedded", "Embedded"),
    "container": ("harness.targets.container", "Container"),
    "aws": ("harness.targets.aws", "Aws"),
}
"""Imported when asked for: Docker's library and boto3 take time that a run without them saves."""

TARGETS: Final = tuple(_HOMES)


def target_named(name: str, options: Mapping[str, Any] | None = None) -> Target:
    """Return the target of a name; it isn't started yet.

    Args:
        name: The word of `--target`.
        options: What its class takes.

    Raises:
        UsageProblem: There is no such target, or its options don't go together.
    """
    if name not in _HOMES:
        raise UsageProblem(f'Unknown target "{name}".{_meant(name)}', f"({', '.join(TARGETS)})")
    module, attribute = _HOMES[name]
    target: Target = getattr(import_module(module), attribute)(**(options or {}))
    return target


def _meant(name: str) -> str:
    close = difflib.get_close_matches(name, TARGETS, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
