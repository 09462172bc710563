"""Installs a hash-locked set of packages with uv, telling how far it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from .progress import Progress
from .uv import start_uv
from .uv_failures import explain

_PACKAGE = re.compile(r"^[a-zA-Z0-9][\w.\-\[\]]*==", re.MULTILINE)
_VERBOSE = re.compile(r"^\s*(DEBUG|TRACE|INFO|WARN) ")
_DOWNLOAD = re.compile(r"No cache entry for: \S+\.(whl|tar\.gz|zip)\b")


def install_packages(
    lock: Path, destination: Sequence[str], folder: Path, progress: Progress
) -> None:
    """Install what a lock file names, no more and no less.

    Args:
        lock: Requirements file with a hash for each package.
        destination: uv's options that say where to.
        folder: Where that is on disk, for messages.
        progress: Is told about downloads and installation.

    Raises:
        MissingRequirement: No network, no space, no permission.
        HarnessError: The index has other files than those locked, or uv failed otherwise.
    """
    total = len(_PACKAGE.findall(lock.read_text()))
    arguments = ["pip", "install", "--verbose", "--no-deps", "--require-hashes"]
    arguments += ["--compile-bytecode", "--requirements", str(lock), *destination]
    run_installer(arguments, folder, _observer(total, progress))


def run_installer(
    arguments: Sequence[str], folder: Path, observe: Callable[[str], None] = lambda line: None
) -> None:
    """Run uv to its end, or end it with this call; a failure is raised in a user's words."""
    said: list[str] = []
    process = start_uv(arguments)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            observe(line)
            if not _VERBOSE.match(line):
                said.append(line)
        if process.wait() != 0:
            raise explain("".join(said), folder)
    finally:
        process.kill()
        process.wait()


def _observer(total: int, progress: Progress) -> Callable[[str], None]:
    fetching = fetched = 0

    def observe(line: str) -> None:
        nonlocal fetching, fetched
        if "Identified uncached distribution" in line:
            fetching += 1
        elif _DOWNLOAD.search(line) and fetched < fetching:
            fetched += 1
            progress("downloading", fetched, fetching)
        elif line.startswith("Prepared "):
            progress("installing", 0, total)
        elif line.startswith("Installed "):
            progress("compiling", total, total)

    progress("resolving", 0, total)
    return observe
