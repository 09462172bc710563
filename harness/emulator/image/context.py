"""Assembles what an image is built from, out of the installed package: no checkout is needed."""

from __future__ import annotations

import json
import os
import re
import shutil
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

import harness
from harness.emulator.bridge_contents import DISTRIBUTION, entry_points_of

from . import contents

DOCKERFILE: Final = "harness/emulator/image/Dockerfile"
_MOUNTS: Final = re.compile(r"--mount=type=secret\S*\s+(\\\n\s*)?")


def assemble(folder: Path, wheelhouse: Path | None, *, has_buildkit: bool) -> None:
    """Fill a folder with a build's files.

    Args:
        folder: An empty folder.
        wheelhouse: Packages that the build installs without an index, if there are any.
        has_buildkit: Whether the builder knows mounts; the secrets' are taken out otherwise.
    """
    home = Path(harness.__file__).parent
    for part, source in contents.files_in(home).items():
        copy = folder / "harness" / part
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy)
    (folder / "pyproject.toml").write_text(_project())
    if not has_buildkit:
        dockerfile = folder / DOCKERFILE
        dockerfile.write_text(without_mounts(dockerfile.read_text()))
    if wheelhouse is not None:
        shutil.copytree(wheelhouse, folder / "wheelhouse", copy_function=_link_or_copy)


def without_mounts(dockerfile: str) -> str:
    """Take the secrets' mounts out: without BuildKit the builder refuses to read them."""
    return _MOUNTS.sub("", dockerfile)


def _project() -> str:
    """Return what a build reads of a `pyproject.toml`, out of the installed metadata."""
    lines = [f'[project]\nname = "{DISTRIBUTION}"\nversion = "{harness.__version__}"']
    points = distribution(DISTRIBUTION).entry_points
    for group in sorted({point.group for point in points}):
        named = [point for point in points.select(group=group) if entry_points_of([point])]
        if named:
            lines.append(f"\n[project.entry-points.{json.dumps(group)}]")
            lines += [f"{json.dumps(point.name)} = {json.dumps(point.value)}" for point in named]
    return "\n".join(lines) + "\n"


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)
