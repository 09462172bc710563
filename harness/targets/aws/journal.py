"""What a run makes on AWS, on disk before it is made: a line for each change of a thing's state.

Several processes append to one file. A line is on the disk before the call is sent that it tells
of, so that a run which is killed at any moment has told of everything that it may have made.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from harness.emulator.cache import cache_dir, explained
from harness.observe import machine_time

SUFFIX: Final = ".jsonl"
HEAD: Final = "run"
"""Where the first line has its description of the run."""


class State(StrEnum):
    """How far a thing is."""

    PLANNED = "planned"
    """About to be made: it may be there or not."""
    CREATED = "created"
    FAILED = "failed"
    """AWS refused to make it."""
    DELETED = "deleted"


@dataclass(frozen=True)
class Thing:
    """Something that a run makes.

    Attributes:
        entry: Names it in the journal.
        kind: Such as `AWS::S3::Bucket`.
        account: The account that has it.
        region: The region that has it.
        id: Its name or ARN; empty while AWS hasn't told it.
        state: How far it is.
        scope: The test module that it is for; empty for what the whole run uses.
        was_absent: Whether it was seen not to be there just before.
        by: What makes it: an operation, or the stack that does so implicitly.
    """

    kind: str
    account: str
    region: str
    id: str = ""
    state: State = State.PLANNED
    scope: str = ""
    was_absent: bool = False
    by: str = ""
    entry: str = field(default_factory=lambda: secrets.token_hex(6))

    @property
    def is_left(self) -> bool:
        """Whether it may still be there."""
        return self.state in (State.PLANNED, State.CREATED)


@dataclass(frozen=True)
class RunHead:
    """Which run a journal is about.

    Attributes:
        run: Its id.
        owner: The user's name.
        account: The account; the second one, if there is one, comes after.
        profiles: Profile by account; empty text for the default credentials.
        regions: The regions that it uses.
        started: When.
        process: Id of its main process.
        process_started: When that process began, in seconds since 1970: ids are used again.
        machine: Where it runs.
        stand_in: The stand-in's address, empty on AWS.
    """

    run: str
    owner: str
    account: str
    profiles: Mapping[str, str]
    regions: tuple[str, ...]
    started: str
    process: int
    process_started: float
    machine: str
    stand_in: str = ""


class Journal:
    """The journal of one run.

    Args:
        file: Its file; made by the first line.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    @property
    def run(self) -> str:
        return self.file.name.removesuffix(SUFFIX)

    def begin(self, head: RunHead) -> None:
        """Write what the run is, once: the processes of a run all call it.

        Raises:
            MissingRequirement: The file can't be written.
        """
        self._append({HEAD: asdict(head)}, only_first=True)

    def note(
        self, thing: Thing, state: State | None = None, *, known_as: str | None = None
    ) -> Thing:
        """Write how far a thing is; on return it is on the disk.

        Args:
            thing: The thing.
            state: Its new state, the one that it has if not given.
            known_as: Its name or ARN, once AWS has told it.

        Returns:
            The thing as it stands in the journal.

        Raises:
            MissingRequirement: The file can't be written.
        """
        changed = replace(
            thing, state=state or thing.state, id=thing.id if known_as is None else known_as
        )
        self._append({"at": machine_time.timestamp().isoformat(), **asdict(changed)})
        return changed

    def head(self) -> RunHead | None:
        """Return what the run is, None where the first line is missing."""
        for line in self._lines():
            if HEAD in line:
                given = line[HEAD]
                return RunHead(**{**given, "regions": tuple(given["regions"])})
        return None

    def things(self) -> list[Thing]:
        """Return everything that it tells of, as it was last, in the order of creation."""
        found: dict[str, Thing] = {}
        for line in self._lines():
            if "entry" in line:
                line.pop("at", None)
                found[line["entry"]] = Thing(**{**line, "state": State(line["state"])})
        return list(found.values())

    def left(self) -> list[Thing]:
        """Return what may still be there."""
        return [thing for thing in self.things() if thing.is_left]

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            text = self.file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        for line in text.splitlines():
            # Only the last line of a process that died is ever incomplete: nothing was sent yet.
            try:
                document = json.loads(line)
            except ValueError:
                continue
            if isinstance(document, dict):
                yield document

    def _append(self, document: Mapping[str, Any], *, only_first: bool = False) -> None:
        with explained(self.file.parent):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                size = os.fstat(descriptor).st_size
                if only_first and size:
                    return
                # A process that died in the middle of a line must not take the next one along.
                is_torn = size and os.pread(descriptor, 1, size - 1) != b"\n"
                line = json.dumps(document, ensure_ascii=False, default=str)
                _write(descriptor, f"{chr(10) if is_torn else ''}{line}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if not size:
                _sync_folder(self.file.parent)


def journal_folder() -> Path:
    """Return the folder of all journals."""
    return cache_dir() / "aws" / "journal"


def journal_of(run: str) -> Journal:
    """Return the journal of a run, which need not exist yet."""
    return Journal(journal_folder() / f"{run}{SUFFIX}")


def journals() -> list[Journal]:
    """Return the journals of all runs on this machine, the oldest first."""
    files = journal_folder().glob(f"*{SUFFIX}")
    return [Journal(file) for file in sorted(files, key=lambda file: file.stat().st_mtime)]


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]


def _sync_folder(folder: Path) -> None:
    # The file's name has to be on the disk as well.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
