"""Folders zipped so that the same content always gives the same bytes."""

from __future__ import annotations

import fnmatch
import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .problems import TemplateProblem

MOST_UNZIPPED_BYTES: Final = 262_144_000
"""Lambda refuses a package that is larger unzipped (250 MB).

Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

IGNORED_NAMES: Final = frozenset(
    {
        ".DS_Store",
        ".aws-sam",
        ".git",
        ".hg",
        ".hypothesis",
        ".idea",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "cdk.out",
    }
)
IGNORED_PATTERNS: Final = ("*.pyc", "*.pyo", "*.swp", "*~")

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can hold
_UNIX = 3


def files_of(folder: Path, *, is_complete: bool = False) -> Iterator[tuple[str, Path]]:
    """Yield a folder's files, by name, without what tools leave beside code.

    Symbolic links are followed as long as they stay in the folder.

    Args:
        folder: The folder.
        is_complete: Whether the folder was made to be packaged, so that all of it is wanted.

    Yields:
        The name in the archive, with forward slashes, and the file.

    Raises:
        TemplateProblem: A link leaves the folder.
    """
    home = folder.resolve()
    found: list[tuple[str, Path]] = []
    _walk(home, home, "", found, frozenset({home}), is_complete)
    yield from sorted(found)


def _walk(
    home: Path,
    folder: Path,
    prefix: str,
    found: list[tuple[str, Path]],
    above: frozenset[Path],
    is_complete: bool,
) -> None:
    for entry in os.scandir(folder):
        if not is_complete and is_ignored(entry.name):
            continue
        path = Path(entry.path)
        if entry.is_symlink():
            path = path.resolve()
            if not path.is_relative_to(home):
                raise TemplateProblem(
                    f"{entry.path} is a link to {path}, which is outside {home}.",
                    "Put a copy in its place, or remove it.",
                )
        name = f"{prefix}{entry.name}"
        if path.is_dir():
            if path in above:
                raise TemplateProblem(f"{entry.path} is a link to its own parent.", "Remove it.")
            _walk(home, path, f"{name}/", found, above | {path}, is_complete)
        elif path.is_file():
            found.append((name, path))
        # Sockets, pipes and dangling links hold nothing to package.


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is left out of packages."""
    return name in IGNORED_NAMES or any(fnmatch.fnmatch(name, kind) for kind in IGNORED_PATTERNS)


def zipped_files(files: list[tuple[str, Path]], origin: Path) -> bytes:
    """Zip files.

    Times are fixed and modes reduced to what Lambda needs: readable by all, and executable where
    the owner may execute.

    Args:
        files: Names in the archive and the files, in the order that they get there.
        origin: Where they come from, for errors.

    Raises:
        TemplateProblem: There is none, or they are more than Lambda takes.
    """
    if not files:
        raise TemplateProblem(f"{origin} holds no file to package.", "Put the code there.")
    total = sum(path.stat().st_size for _, path in files)
    if total > MOST_UNZIPPED_BYTES:
        raise TemplateProblem(
            f"{origin} holds {total:,} bytes; Lambda takes at most {MOST_UNZIPPED_BYTES:,}.",
            "Remove what the function doesn't need.",
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in files:
            archive.writestr(_entry(name, path), path.read_bytes())
    return buffer.getvalue()


def _entry(name: str, path: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = _UNIX
    mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
    entry.external_attr = (0o100000 | mode) << 16
    return entry


def digest(content: bytes) -> str:
    """Return the SHA-256 of some content, in hex."""
    return hashlib.sha256(content).hexdigest()
