"""Downloads a Python interpreter when the machine has none that fits."""

from __future__ import annotations

import os
from collections.abc import Sequence

from harness.errors import HarnessError, MissingRequirement

from .cache import writable
from .installation import run_installer
from .interpreters import Interpreter, ask, downloaded_interpreters, find_interpreter
from .progress import Progress


def download_interpreter(
    minors: Sequence[str], progress: Progress, *, may: bool = True
) -> Interpreter:
    """Let uv download the best of the acceptable interpreters into the cache.

    Args:
        minors: Acceptable versions, the best first.
        progress: Is told that it happens.
        may: Whether a download is allowed at all.

    Raises:
        MissingRequirement: Not allowed, or it failed.
    """
    needed = " or ".join(minors)
    missing = MissingRequirement(
        f"No Python {needed} is installed here.",
        f"Install Python {minors[0]} (python.org, your system's packages, pyenv or uv).",
    )
    if not may or os.environ.get("UV_PYTHON_DOWNLOADS", "") in ("never", "manual"):
        raise missing
    progress(f"downloading Python {minors[0]}", 0, 0)
    folder = writable(downloaded_interpreters())
    try:
        run_installer(
            ["python", "install", "--no-bin", "--install-dir", str(folder), minors[0]], folder
        )
    except HarnessError as problem:
        missing.add_note(f"A download was tried: {problem}")
        for note in getattr(problem, "__notes__", ()):
            missing.add_note(note)
        raise missing from problem
    ask.cache_clear()
    found = find_interpreter(minors[:1])
    if found is None:
        raise missing
    return found
