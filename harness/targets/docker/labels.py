"""Labels of all that the harness makes in Docker: which run it is of, and who has to outlive it."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.emulator.running import start_of

_PREFIX: Final = "aws-pattern-harness"
RUN: Final = f"{_PREFIX}.run"
"""Id of the run that a container, network or volume goes with."""
OWNER: Final = f"{_PREFIX}.owner"
"""`<process id>@<host>` of the process that it ends with; absent where it stands by itself."""
OWNER_STARTED: Final = f"{_PREFIX}.owner-started"
"""When that process started, by whose account: process ids are used again."""
SHARE: Final = f"{_PREFIX}.share"
"""Who may attach to an emulator: `anyone`, or the id of a run."""
DIGEST: Final = f"{_PREFIX}.digest"
"""Of what an image runs with; its containers have the label too."""
RYUK_OF: Final = f"{_PREFIX}.ryuk-of"
"""On a container of Ryuk's: the run that it cleans up after."""
COMPOSE_SERVICE: Final = "com.docker.compose.service"
COMPOSE_PROJECT: Final = "com.docker.compose.project"


@dataclass(frozen=True)
class Owner:
    """A process with which containers end.

    Attributes:
        pid: Its id.
        host: Name of its machine.
        started: Start of the process, and the boot and the process namespace that count its id.
    """

    pid: int
    host: str
    started: str

    @classmethod
    def of(cls, pid: int | None = None) -> Owner:
        """Describe a process of this machine: this one unless another is named."""
        pid = pid or os.getpid()
        return cls(pid, socket.gethostname(), f"{_start(pid)} {_reckoning()}")

    @classmethod
    def in_labels(cls, labels: Mapping[str, str]) -> Owner | None:
        """Read whom something ends with; None when it stands by itself."""
        pid, _, host = labels.get(OWNER, "").partition("@")
        return cls(int(pid), host, labels.get(OWNER_STARTED, "")) if pid.isdecimal() else None

    def labels(self) -> dict[str, str]:
        return {OWNER: f"{self.pid}@{self.host}", OWNER_STARTED: self.started}

    def is_gone(self) -> bool:
        """Say whether the process surely ended; of another machine's nobody can tell."""
        started, _, reckoning = self.started.partition(" ")
        if self.host != socket.gethostname() or reckoning != _reckoning():
            return False
        return _start(self.pid) != started

    def is_of_earlier_boot(self) -> bool:
        """Say whether it belongs to this machine as it was before it started anew."""
        boot = self.started.partition(" ")[2].partition(" ")[0]
        return self.host == socket.gethostname() and boot != _boot()


def _start(pid: int) -> str:
    """Return when a process started, by a clock that nobody sets; empty when it is gone."""
    try:
        # https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: fields 3 and 22; the second
        # is a name in brackets that may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return str(start_of(pid) or "")
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _reckoning() -> str:
    """Return by which boot and process namespace process ids count."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{_boot()} {namespace}".strip()


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
