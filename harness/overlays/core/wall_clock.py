"""Has everything in this process that reads the wall clock read the emulator's clock.

time-machine changes the functions of `time` and `datetime` themselves, beneath their names, so
that it doesn't matter who has imported them when. `time.monotonic` stays the machine's.
"""

from __future__ import annotations

import time
from typing import Any, Final

import time_machine
from _time_machine import original_time_ns

from .virtual_clock import VirtualClock


class Follower:
    """Stands in for time-machine's own traveller, which knows an offset or a standstill alone."""

    def __init__(self, clock: VirtualClock) -> None:
        self.time_ns: Final = clock.now_ns


def follow(clock: VirtualClock) -> None:
    """Show this process a clock's time, from now on."""
    if time_machine.escape_hatch.is_travelling():
        return
    time_machine.travel(time.time()).start()
    clock.read_from(original_time_ns)
    travellers: list[Any] = time_machine.traveller_stack
    travellers[:] = [Follower(clock)]
