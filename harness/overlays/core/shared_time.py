"""The clock's state as other processes see it: a file that they map into their memory.

Sixteen bytes: the instant at which time stands (0 while it runs), and by how much it is ahead of
the machine's clock, both signed, in nanoseconds, in the machine's byte order. A reader looks at
the first before the second; the writer changes the second before the first.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Final

STANDS_AT: Final = 0
AHEAD: Final = 8
SIZE: Final = 16
_NUMBER: Final = struct.Struct("=q")


class SharedTime:
    """Writes the state into a file.

    Args:
        file: Is made if it isn't there.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("wb+") as opened:
            opened.truncate(SIZE)
            self._memory = mmap.mmap(opened.fileno(), SIZE)

    def write(self, ahead_ns: int, stands_at_ns: int | None) -> None:
        _NUMBER.pack_into(self._memory, AHEAD, ahead_ns)
        _NUMBER.pack_into(self._memory, STANDS_AT, stands_at_ns or 0)
