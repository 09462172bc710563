"""LocalStack's hook that installs the overlays before its runtime exists."""

from __future__ import annotations

import os
import sys
import traceback

from localstack.runtime import hooks

EXIT_CODE = 70  # sysexits.h: internal software error


@hooks.on_runtime_create(priority=100)  # type: ignore[untyped-decorator]
def install_overlays() -> None:
    """Install all overlays, or end the process with the reason.

    LocalStack logs a hook's exception and goes on without it. An emulator without its overlays
    would give wrong answers under our name, so that start-up stops here.
    """
    from .lifeline import watch_parent
    from .network import stay_on_loopback
    from .registry import install_all

    watch_parent()
    stay_on_loopback()
    try:
        install_all()
    except BaseException:
        traceback.print_exc()
        print("An overlay could not be installed; the emulator stops.", file=sys.stderr, flush=True)
        os._exit(EXIT_CODE)
