"""Makes the overlays importable inside LocalStack, and nothing else of the client's libraries.

LocalStack finds plugins by the entry points of installed distributions. Our package is installed
beside the client's libraries, whose versions must not reach LocalStack. So a folder of its own
holds a copy of the overlays and the metadata with LocalStack's entry points. A copy, because an
emulator that stays up must not meet half of a later version, and because Python may then keep its
compiled modules there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from datetime import timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import harness

from .cache import cache_dir, explained, writable

DISTRIBUTION: Final = "aws-pattern-harness"
_PARTS: Final = ("__init__.py", "wire.py", "overlays")
_KEPT: Final = timedelta(days=7)


def overlays_digest() -> str:
    """Return a digest of all that an emulator runs of this package."""
    return _digest(_sources())


def make_bridge() -> Path:
    """Return the folder that goes on LocalStack's PYTHONPATH, made when it isn't there yet."""
    sources = _sources()
    parent = writable(cache_dir() / "bridges")
    folder = parent / _digest(sources)
    with explained(parent):
        if not folder.exists():
            _make(folder, sources)
            _forget_old(parent, but=folder)
        os.utime(folder / "used")
    return folder


def _make(folder: Path, sources: dict[str, Path]) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as made:
        draft = Path(made) / "bridge"
        for name, source in sources.items():
            copy = draft / "harness" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
        metadata = draft / f"{DISTRIBUTION.replace('-', '_')}-{harness.__version__}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {harness.__version__}\n"
        )
        (metadata / "entry_points.txt").write_text(_localstack_entry_points())
        (draft / "used").touch()
        # Somebody else may have been faster; theirs is the same.
        try:
            draft.rename(folder)
        except OSError:
            if not folder.exists():
                raise


def _forget_old(parent: Path, *, but: Path) -> None:
    oldest = time.time() - _KEPT.total_seconds()
    for other in parent.iterdir():
        marker = other / "used"
        if other != but and marker.exists() and marker.stat().st_mtime < oldest:
            shutil.rmtree(other, ignore_errors=True)


def _sources() -> dict[str, Path]:
    home = Path(harness.__file__).parent
    sources: dict[str, Path] = {}
    for part in _PARTS:
        path = home / part
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                sources[file.relative_to(home).as_posix()] = file
    return sources


def _digest(sources: dict[str, Path]) -> str:
    digest = hashlib.sha256(_localstack_entry_points().encode())
    for name, source in sources.items():
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _localstack_entry_points() -> str:
    groups: dict[str, list[str]] = {}
    for point in distribution(DISTRIBUTION).entry_points:
        if point.group.startswith("localstack."):
            groups.setdefault(point.group, []).append(f"{point.name} = {point.value}")
    return "\n".join(
        "\n".join([f"[{group}]", *sorted(lines), ""]) for group, lines in sorted(groups.items())
    )
