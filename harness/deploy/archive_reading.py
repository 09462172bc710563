"""Archives that others made, looked at before they are passed on."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from .archive import MOST_UNZIPPED_BYTES
from .problems import TemplateProblem

MOST_ENTRIES: Final = 100_000


def check_archive(path: Path, *, where: str) -> None:
    """Refuse an archive that would write elsewhere, or grow beyond measure, when it is unpacked.

    Only its directory is read; nothing is unpacked.

    Args:
        path: A zip archive.
        where: Who names it, for the error.

    Raises:
        TemplateProblem: It is damaged, names paths outside itself, or is too large unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise TemplateProblem(
            f"{where} names {path}, which isn't a readable zip archive: {problem}.",
            "Make it again.",
        ) from problem
    for entry in entries:
        _check_entry(entry, path, where)
    total = sum(entry.file_size for entry in entries)
    if total > MOST_UNZIPPED_BYTES or len(entries) > MOST_ENTRIES:
        raise TemplateProblem(
            f"{where} names {path}, which unpacks to {total:,} bytes in {len(entries):,} entries; "
            f"Lambda takes at most {MOST_UNZIPPED_BYTES:,} bytes.",
            "Make it smaller.",
        )


def _check_entry(entry: zipfile.ZipInfo, path: Path, where: str) -> None:
    name = entry.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and parts[0].endswith(":")):
        raise TemplateProblem(
            f"{where} names {path}, whose entry {entry.filename!r} would be written outside "
            "the function's folder.",
            "Make the archive again with paths relative to its root.",
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        _check_link(entry, path, where)


def _check_link(entry: zipfile.ZipInfo, path: Path, where: str) -> None:
    with zipfile.ZipFile(path) as archive, archive.open(entry) as opened:
        target = opened.read(4096).decode("utf-8", "replace")
    depth = len(PurePosixPath(entry.filename).parts) - 1
    for part in PurePosixPath(target).parts:
        depth += -1 if part == ".." else 1
        if depth < 0 or target.startswith("/"):
            raise TemplateProblem(
                f"{where} names {path}, whose link {entry.filename!r} leads outside.",
                "Put a copy of the file in its place.",
            )
