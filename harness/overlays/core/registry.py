"""The overlays that are installed, and when."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness import wire

from .base import Overlay

EXIT_CODE = 70  # sysexits.h: internal software error

_installed: dict[str, Overlay] = {}
_is_complete = threading.Event()


def install_first() -> None:
    """Install `core`, and the others too unless they are known to fit this LocalStack.

    The others touch most of LocalStack's services, which takes a second or two to import. Whether
    they can be installed must be known before the emulator counts as started; where an earlier
    start has shown it, they are installed right after this one.
    """
    with _or_end():
        _install(["core"])
    if not os.environ.get(wire.IS_VERIFIED):
        install_others()


def install_others() -> None:
    """Install what isn't installed yet, by name, and let requests through."""
    if not _is_complete.is_set():
        with _or_end():
            _install([name for name in _found() if name not in _installed])
            for overlay in _installed.values():
                overlay.install_late()
        _is_complete.set()


def await_all() -> None:
    """Return once all overlays are installed."""
    _is_complete.wait()


def installed() -> list[Overlay]:
    """Return the installed overlays, in the order of their installation."""
    return list(_installed.values())


def _found() -> list[str]:
    return sorted(file.parent.name for file in Path(__file__).parents[1].glob("*/overlay.py"))


def _install(names: list[str]) -> None:
    for name in names:
        overlay: Overlay = importlib.import_module(f"harness.overlays.{name}.overlay").overlay
        overlay.install()
        _installed[overlay.name] = overlay


@contextmanager
def _or_end() -> Iterator[None]:
    # LocalStack logs a hook's exception and goes on without it. An emulator without its overlays
    # would give wrong answers under our name, so that the process ends here.
    try:
        yield
    except BaseException:
        traceback.print_exc()
        print("An overlay could not be installed; the emulator stops.", file=sys.stderr, flush=True)
        os._exit(EXIT_CODE)
