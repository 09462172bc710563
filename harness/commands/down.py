"""`harness down`."""

from __future__ import annotations

from . import emulators
from .output import AsJson, print_json, progress, results


def down(as_json: AsJson = False) -> None:
    """Stop the emulators that "harness up" started.

    What they hold is gone with them. Emulators that test runs started for themselves end with
    their run and are left alone, and a compose service is stopped by "docker compose down".

    \b
    Example:
      harness down
    """
    stopped, left = [], []
    for emulator in emulators.standing():
        if getattr(emulator, "service", ""):
            left.append(emulator.endpoint)
            continue
        emulators.end(emulator)
        stopped.append(emulator.endpoint)
    if as_json:
        print_json({"stopped": stopped, "left": left})
        return
    results().print(f"Stopped: {', '.join(stopped)}" if stopped else "No emulator was running.")
    if left:
        progress().print(f'Left to "docker compose down": {", ".join(left)}.')
