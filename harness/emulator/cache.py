"""The one folder outside a project that the harness writes to."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

from harness.errors import HarnessError, MissingRequirement

APPLICATION: Final = "aws-pattern-harness"
CACHE_DIR: Final = "HARNESS_CACHE_DIR"
"""Environment variable that moves the cache."""

_ELSEWHERE = f"Set {CACHE_DIR} to a folder that can be written to."


def cache_dir() -> Path:
    """Return the cache's folder; it need not exist yet."""
    if named := os.environ.get(CACHE_DIR):
        return Path(named).expanduser().absolute()
    return user_cache_path(APPLICATION)


def writable(folder: Path) -> Path:
    """Make a folder of the cache and prove that it can be written to.

    Raises:
        MissingRequirement: It can't: permission, a full disk, a file in its place.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            # One block: an empty file can still be made on a disk that is full.
            probe.write(b"\0" * 4096)
    return folder


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a sentence with a remedy."""
    try:
        yield
    except OSError as problem:
        raise refusal(problem, folder) from problem


def refusal(problem: OSError, folder: Path) -> MissingRequirement:
    """Word the file system's refusal to write into a folder."""
    match problem.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return MissingRequirement(
                f"No space is left on the disk of the cache folder {folder}.",
                f"Free about 1 GB there, or set {CACHE_DIR} to a folder on another disk.",
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return MissingRequirement(
                f"The cache folder {folder} can't be written to: {problem.strerror}.", _ELSEWHERE
            )
        case _:
            return MissingRequirement(
                f"The cache folder {folder} can't be used: {problem.strerror or problem}.",
                _ELSEWHERE,
            )


@contextmanager
def locked(file: Path, *, patience_seconds: float = 900) -> Iterator[None]:
    """Hold a lock that other processes respect; a process that dies lets go of it.

    Raises:
        HarnessError: Somebody else held it all the time that the caller has patience for.
    """
    # Imported here, because it is slow to import and most runs find everything installed.
    from filelock import FileLock, Timeout

    writable(file.parent)
    try:
        with FileLock(file, timeout=patience_seconds):
            yield
    except Timeout as problem:
        raise HarnessError(
            f"Another process has held {file} for {patience_seconds:.0f} s.",
            "Wait for it to finish its installation, or end it, and try again.",
        ) from problem
