"""What LocalStack gets of this package: the overlays, and the metadata by which it finds them.

Of the standard library alone, because images are made without the client's libraries.
"""

from __future__ import annotations

import hashlib
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Final

from harness import wire

DISTRIBUTION: Final = "aws-pattern-harness"
_PARTS: Final = ("__init__.py", "wire.py", "overlays")
_GROUPS: Final = "localstack."


def sources_in(home: Path) -> dict[str, Path]:
    """Return the files that LocalStack gets, by their place in the package.

    Args:
        home: The package's folder.
    """
    sources: dict[str, Path] = {}
    for part in _PARTS:
        path = home / part
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                sources[file.relative_to(home).as_posix()] = file
    return sources


def digest_of(sources: Mapping[str, Path], entry_points: str) -> str:
    """Return a digest of what LocalStack gets."""
    digest = hashlib.sha256(entry_points.encode())
    for name, source in sources.items():
        digest.update(name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def write(folder: Path, sources: Mapping[str, Path], entry_points: str) -> None:
    """Make the folder that goes on LocalStack's PYTHONPATH."""
    for name, source in sources.items():
        copy = folder / "harness" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy)
    metadata = folder / f"{DISTRIBUTION.replace('-', '_')}-{wire.VERSION}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {wire.VERSION}\n"
    )
    (metadata / "entry_points.txt").write_text(entry_points)


def entry_points_of(points: Iterable[EntryPoint]) -> str:
    """Return LocalStack's ones of a distribution's entry points, as metadata files have them."""
    groups: dict[str, list[str]] = {}
    for point in points:
        if point.group.startswith(_GROUPS):
            groups.setdefault(point.group, []).append(f"{point.name} = {point.value}")
    return "\n".join(
        "\n".join([f"[{group}]", *sorted(lines), ""]) for group, lines in sorted(groups.items())
    )


def entry_points_in(pyproject: Path) -> str:
    """Return the same, out of a project's `pyproject.toml`."""
    declared = tomllib.loads(pyproject.read_text())["project"]["entry-points"]
    return entry_points_of(
        EntryPoint(name, value, group)
        for group, points in declared.items()
        for name, value in points.items()
    )
