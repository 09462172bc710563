"""What every fresh emulator would work out anew, kept from an earlier one.

LocalStack makes an index of all service models of botocore (four seconds), and plux reads the
metadata of all installed packages. All of it is the same next time.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from .cache import cache_dir

_KEPT_FILES: Final = (
    "cache/plux/*.entry_points.txt",
    "localstack/**/service-catalog-*.dill",
)
_FRESH: Final = timedelta(days=30)


def sow(state: Path, python: str) -> None:
    """Put what is kept into the folder of an emulator that is about to start.

    Args:
        state: The emulator's folder.
        python: Name of the Python environment it runs in.
    """
    kept = _folder(python)
    for source in [file for pattern in _KEPT_FILES for file in kept.glob(pattern)]:
        if _is_fresh(source):
            copy = state / source.relative_to(kept)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
        else:
            source.unlink(missing_ok=True)


def keep(state: Path, python: str) -> None:
    """Keep what a started emulator has worked out, where it isn't kept yet."""
    kept = _folder(python)
    for pattern in _KEPT_FILES:
        for source in state.glob(pattern):
            copy = kept / source.relative_to(state)
            if copy.exists():
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            # Whoever reads it while it is written must not find half of it.
            with tempfile.TemporaryDirectory(dir=cache_dir()) as aside:
                Path(shutil.copy2(source, aside)).replace(copy)


def is_verified(python: str, overlays: str) -> bool:
    """Say whether an emulator has started before with these overlays in this LocalStack."""
    marker = _verified(python, overlays)
    return marker.exists() and _is_fresh(marker)


def mark_verified(python: str, overlays: str) -> None:
    """Note that these overlays could be installed; whoever starts the next one needn't wait."""
    marker = _verified(python, overlays)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.touch()


def _verified(python: str, overlays: str) -> Path:
    return cache_dir() / "verified" / f"{python}-{overlays}"


def _is_fresh(file: Path) -> bool:
    return time.time() - file.stat().st_mtime < _FRESH.total_seconds()


def _folder(python: str) -> Path:
    return cache_dir() / "seeds" / python
