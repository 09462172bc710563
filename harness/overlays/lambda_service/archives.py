"""Code archives that would write outside their folder, or more than they say.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html
"""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import PurePosixPath
from typing import Final

UNREADABLE: Final = (
    "Could not unzip uploaded file. Please check your file, then try to upload again."
)
MOST_ENTRIES: Final = 100_000
_ENCRYPTED: Final = 0x1


def is_safe(archive: bytes) -> bool:
    """Whether an archive can be unpacked, stays in its folder, and is as large as it says."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entries = opened.infolist()
            return (
                len(entries) <= MOST_ENTRIES
                and not _overlap(entries, len(archive))
                and all(_is_safe(opened, entry) for entry in entries)
            )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, ValueError, OSError):
        return False


def _is_safe(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    if entry.flag_bits & _ENCRYPTED or not _is_inside(entry.filename):
        return False
    return not _is_link(entry) or _points_inside(opened, entry)


def _is_inside(name: str) -> bool:
    path = name.replace("\\", "/")
    if path.startswith("/") or "\0" in path or (len(path) > 1 and path[1] == ":"):
        return False
    return ".." not in PurePosixPath(path).parts


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _points_inside(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether a symbolic link leads to a place in the archive's own folder."""
    target = opened.read(entry).decode(errors="replace")
    if target.startswith("/"):
        return False
    depth = len(PurePosixPath(entry.filename).parent.parts)
    for part in PurePosixPath(target).parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return False
    return True


def _overlap(entries: list[zipfile.ZipInfo], size: int) -> bool:
    """Whether entries share compressed bytes: how a small file holds petabytes."""
    return sum(entry.compress_size for entry in entries) > size
