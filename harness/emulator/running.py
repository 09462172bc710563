"""The emulators that run on this machine, each with a record in its own folder."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import psutil

from .cache import cache_dir, explained, writable
from .ports import LOOPBACK

RECORD: Final = "emulator.json"
OWNER: Final = "owner.json"


@dataclass(frozen=True)
class RunningEmulator:
    """What others need to know of an emulator to use it.

    Attributes:
        pid: Its process.
        started: When that process started, in seconds since the epoch by the system's account:
            process ids are used again, pairs of both are not.
        port: Its loopback port.
        digest: Of the overlays, the locked packages and the function runtimes it runs with.
        share: Who may attach: `anyone`, or the id of one test run; empty for nobody.
        state: Its folder.
    """

    pid: int
    started: float
    port: int
    digest: str
    share: str
    state: str

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def is_alive(self) -> bool:
        """Say whether this very process still runs."""
        return start_of(self.pid) == self.started


def emulators_dir() -> Path:
    """Return the folder that holds the emulators' folders."""
    return cache_dir() / "emulators"


def new_state_dir() -> Path:
    """Make a folder for one emulator, after those of ended ones are removed."""
    parent = writable(emulators_dir())
    remove_remains()
    with explained(parent):
        state = Path(tempfile.mkdtemp(dir=parent, prefix="e-"))
        # Until the emulator has its record, the folder is its maker's.
        _write(state / OWNER, {"pid": os.getpid(), "started": start_of(os.getpid())})
    return state


def remember(emulator: RunningEmulator) -> None:
    """Write an emulator's record."""
    _write(Path(emulator.state) / RECORD, asdict(emulator))


def running() -> list[RunningEmulator]:
    """Return the emulators that run, the oldest first."""
    found = [emulator for emulator in _records() if emulator.is_alive()]
    return sorted(found, key=lambda emulator: emulator.started)


def remove_remains() -> None:
    """Remove the folders of emulators that are gone, also when nobody could tidy up."""
    for folder in emulators_dir().glob("e-*"):
        if not any(_is_alive(folder / name) for name in (RECORD, OWNER)):
            shutil.rmtree(folder, ignore_errors=True)


def start_of(pid: int) -> float | None:
    """Return when a process started; None when there is none (a zombie is none)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def _records() -> Iterator[RunningEmulator]:
    for file in emulators_dir().glob(f"e-*/{RECORD}"):
        # A record may go while it is read, or be of another version of the harness.
        with contextlib.suppress(OSError, ValueError, TypeError):
            yield RunningEmulator(**json.loads(file.read_text()))


def _is_alive(file: Path) -> bool:
    try:
        record = json.loads(file.read_text())
        return bool(start_of(record["pid"]) == record["started"])
    except (OSError, ValueError, KeyError):
        return False


def _write(file: Path, document: dict[str, object]) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(document))
    draft.replace(file)
