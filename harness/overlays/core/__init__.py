"""What every overlay stands on: registry, patches, control API, the clock.

Its names come lazily: the pure modules of this folder can be imported where LocalStack isn't.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .base import Overlay
    from .patching import extends, replaces, substitutes

__all__ = ["Overlay", "extends", "replaces", "substitutes"]


def __getattr__(name: str) -> Any:
    if name == "Overlay":
        from .base import Overlay

        return Overlay
    if name in __all__:
        from . import patching

        return getattr(patching, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
