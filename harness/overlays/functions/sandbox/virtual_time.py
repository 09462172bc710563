"""Has a Python process read the emulator's clock, which may jump while the process lives.

The emulator writes the state of its clock into a file (`core/shared_time.py`). A template maps it
into its memory, which all environments forked from it share.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import types
from typing import Any, Final

STANDS_AT: Final = 0
AHEAD: Final = 8
SIZE: Final = 16
DESCRIPTOR: Final = 4
"""Where a program that is executed, such as Node.js, finds the file."""
VARIABLE: Final = "_HARNESS_CLOCK_FD"
_NUMBER: Final = struct.Struct("=q")


def opened(file: str | None) -> int | None:
    """Open the clock's file; None where there is none."""
    try:
        return os.open(file, os.O_RDONLY) if file else None
    except FileNotFoundError:
        return None


def follow(descriptor: int) -> None:
    """Have this process, and those forked from it, read the emulator's time.

    `_time_machine` looks for a module `time_machine` with itself and a list of travellers. The
    library's own imports much that a function's process hasn't imported on AWS, so that a stub
    takes its place.
    """
    try:
        import _time_machine
    except ImportError:  # a platform that it isn't made for
        return
    memory = mmap.mmap(descriptor, SIZE, prot=mmap.PROT_READ)
    stub: Any = types.ModuleType("time_machine")
    stub.traveller_stack = [_Follower(memory, _time_machine.original_time_ns)]
    stub._time_machine = _time_machine
    sys.modules["time_machine"] = stub
    _time_machine.patch()


class _Follower:
    """Answers as time-machine's travellers do."""

    def __init__(self, memory: mmap.mmap, machine_ns: Any) -> None:
        read = _NUMBER.unpack_from

        def time_ns() -> int:
            (stands_at,) = read(memory, STANDS_AT)
            if stands_at:
                return int(stands_at)
            (ahead,) = read(memory, AHEAD)
            return int(machine_ns() + ahead)

        self.time_ns = time_ns
