"""`harness down`."""

from __future__ import annotations

from . import emulators
from .output import AsJson, print_json, results


def down(as_json: AsJson = False) -> None:
    """Stop the emulators that "harness up" started.

    What they hold is gone with them. Emulators that test runs started for themselves end with
    their run and are left alone.

    \b
    Example:
      harness down
    """
    stopped = []
    for emulator in emulators.standing():
        emulators.end(emulator)
        stopped.append(emulator.endpoint)
    if as_json:
        print_json({"stopped": stopped})
    else:
        results().print(f"Stopped: {', '.join(stopped)}" if stopped else "No emulator was running.")
