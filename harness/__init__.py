"""Scenario tests for AWS applications: the same test on LocalStack, in containers, and on AWS.

This module is what a user imports. It stays free of imports of its own, because the overlays
live in the same package and run inside LocalStack, where the client's libraries are absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.wire import VERSION as __version__  # noqa: N811

if TYPE_CHECKING:
    from harness.errors import HarnessError
    from harness.observe.eventually import eventually

__all__ = ["HarnessError", "__version__", "eventually"]

_HOMES = {"HarnessError": "harness.errors", "eventually": "harness.observe.eventually"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
