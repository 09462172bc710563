"""What a function's layers put at /opt."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

_lock = threading.Lock()


def merged(layers: Sequence[Path]) -> Path | None:
    """Return a folder that holds all layers, later ones over earlier ones.

    Args:
        layers: Folders with the content of each layer, in the function's order.
    """
    if len(layers) < 2:
        return layers[0] if layers else None
    name = hashlib.sha256("\0".join(map(str, layers)).encode()).hexdigest()[:24]
    folder = Path(tempfile.gettempdir()) / "lambda" / "merged-layers" / name
    with _lock:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=folder.parent))
            for layer in layers:
                shutil.copytree(
                    layer, draft, dirs_exist_ok=True, symlinks=True, copy_function=_link
                )
            draft.chmod(0o755)
            draft.rename(folder)
    return folder


def packages_in(folders: Sequence[Path]) -> frozenset[str]:
    """Return the names that `import` would find at the top of folders."""
    names: set[str] = set()
    for folder in folders:
        try:
            names.update(entry.name.partition(".")[0] for entry in os.scandir(folder))
        except OSError:
            continue
    return frozenset(names)


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
