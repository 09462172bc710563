"""The overlays that are installed."""

from __future__ import annotations

import importlib
from pathlib import Path

from .base import Overlay

_installed: dict[str, Overlay] = {}


def install_all() -> None:
    """Find the overlays beside this one and install them, `core` first, then by name."""
    import harness.overlays as home

    names = sorted(file.parent.name for file in Path(home.__path__[0]).glob("*/overlay.py"))
    for name in sorted(names, key=lambda name: name != "core"):
        module = importlib.import_module(f"{home.__name__}.{name}.overlay")
        overlay: Overlay = module.overlay
        overlay.install()
        _installed[overlay.name] = overlay


def installed() -> list[Overlay]:
    """Return the installed overlays, in the order of their installation."""
    return list(_installed.values())
