"""Ends the processes of an environment where there is no process namespace that would do it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


def become_last_parent() -> None:
    """Have orphans among this process's descendants become its children."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants(process: int) -> None:
    """Kill all that a process has started and that lives."""
    while living := _descendants(process):
        for descendant in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(descendant, signal.SIGKILL)


def _descendants(process: int) -> list[int]:
    found = []
    for child in _children(process):
        found += [child, *_descendants(child)]
    return [one for one in found if _lives(one)]


def _children(process: int) -> list[int]:
    try:
        return [
            int(child)
            for task in Path(f"/proc/{process}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
