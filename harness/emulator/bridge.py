"""Makes the overlays importable inside LocalStack, and nothing else of the client's libraries.

LocalStack finds plugins by the entry points of installed distributions. Our package is installed
beside the client's libraries, whose versions must not reach LocalStack. So a folder of its own
holds a copy of the overlays and the metadata with LocalStack's entry points. A copy, because an
emulator that stays up must not meet half of a later version, and because Python may then keep its
compiled modules there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from datetime import timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import harness

from . import bridge_contents
from .bridge_contents import DISTRIBUTION
from .cache import cache_dir, explained, writable

_KEPT: Final = timedelta(days=7)


def overlays_digest() -> str:
    """Return a digest of all that an emulator runs of this package."""
    return bridge_contents.digest_of(_sources(), entry_points())


def make_bridge() -> Path:
    """Return the folder that goes on LocalStack's PYTHONPATH, made when it isn't there yet."""
    sources = _sources()
    parent = writable(cache_dir() / "bridges")
    folder = parent / bridge_contents.digest_of(sources, entry_points())
    with explained(parent):
        if not folder.exists():
            _make(folder, sources)
            _forget_old(parent, but=folder)
        os.utime(folder / "used")
    return folder


def _make(folder: Path, sources: dict[str, Path]) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as made:
        draft = Path(made) / "bridge"
        bridge_contents.write(draft, sources, entry_points())
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


def entry_points() -> str:
    """Return the installed package's entry points for LocalStack."""
    return bridge_contents.entry_points_of(distribution(DISTRIBUTION).entry_points)


def _sources() -> dict[str, Path]:
    return bridge_contents.sources_in(Path(harness.__file__).parent)
