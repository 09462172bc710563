"""The Python environment that LocalStack runs in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from .managed import Installed, ManagedPython
from .progress import Progress, shown

LOCK: Final = Path(__file__).parent / "python" / "requirements.lock"
MINORS: Final = ("3.13", "3.12")
"""What LocalStack's locked dependencies run on, the best first."""


def emulator_python() -> ManagedPython:
    """Return the description of the emulator's Python environment; it need not exist yet."""
    return ManagedPython(name="emulator", lock=LOCK, minors=MINORS)


def install_emulator(progress: Progress | None = None) -> Installed:
    """Return the emulator's Python environment; the first call on a machine makes it.

    Args:
        progress: Is told about an installation; without one it is shown on stderr.
    """
    wanted = emulator_python()
    if found := wanted.installed():
        return found
    if progress is not None:
        return wanted.install(progress)
    with shown("Preparing the emulator (once)") as bar:
        return wanted.install(bar)
