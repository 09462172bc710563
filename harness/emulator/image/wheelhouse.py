"""Fetches an image's packages into a folder, so that its build asks no index.

A build runs elsewhere than the user's commands: it doesn't see folders of the machine that pip
may be set to, nor the machine's proxy on loopback. pip itself fetches the packages here, by the
user's own settings, and a build takes them from the folder, offline.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from harness.emulator.cache import cache_dir, explained, writable
from harness.emulator.environment import LOCK as EMULATOR_LOCK
from harness.emulator.package_index import index_settings
from harness.emulator.progress import Progress
from harness.emulator.runtimes import LOCK as RUNTIMES_LOCK
from harness.emulator.uv import uv_executable, uv_variables
from harness.emulator.uv_failures import explain
from harness.errors import UsageProblem

from . import layout

PIP_LOCK: Final = Path(__file__).parent / "pip.lock"
PACKAGES_MARK: Final = "emulator"
"""Name of the folder in a wheelhouse that every one has."""
ARCHITECTURES: Final = {"amd64": "x86_64", "arm64": "aarch64"}
_LOCKS: Final = {PACKAGES_MARK: EMULATOR_LOCK, "runtime": RUNTIMES_LOCK, "": PIP_LOCK}
_COLLECTING: Final = re.compile(r"^Collecting ")
_PACKAGE: Final = re.compile(r"^\S+==", re.MULTILINE)
_OLDEST_GLIBC, _NEWEST_GLIBC = 17, 36
"""Minor versions of the C library that packages may want; every image with Python 3.13 has 2.36."""


def has_own_settings() -> bool:
    """Say whether this machine's pip or uv is set to something else than the public index."""
    return bool(index_settings()) or any(
        os.environ.get(name) for name in ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    )


def kept_wheelhouse(architecture: str, progress: Progress) -> Path:
    """Return the cache's wheelhouse for an architecture, fetched when it isn't there.

    Raises:
        MissingRequirement: No network, space or permission.
    """
    parent = writable(cache_dir() / "wheelhouses")
    locks = "".join(lock.read_text() for lock in _LOCKS.values())
    digest = hashlib.sha256(f"{architecture}\n{locks}".encode()).hexdigest()[:12]
    folder = parent / digest
    if not folder.is_dir():
        with (
            explained(parent),
            tempfile.TemporaryDirectory(dir=parent, prefix="making-") as made,
        ):
            fill(Path(made) / digest, architecture, progress)
            for other in parent.iterdir():
                if other != Path(made):
                    shutil.rmtree(other, ignore_errors=True)
            (Path(made) / digest).rename(folder)
    return folder


def fill(folder: Path, architecture: str, progress: Progress) -> None:
    """Fetch all packages of an image, by hash, into a folder.

    Args:
        folder: What is there already isn't fetched again.
        architecture: The engine's, as images name it: `amd64` or `arm64`.
        progress: Is told how far it is.

    Raises:
        UsageProblem: There are no packages for the architecture.
        MissingRequirement: No network, space or permission.
    """
    machine = ARCHITECTURES.get(architecture)
    if machine is None:
        raise UsageProblem(
            f"There are no packages for the architecture {architecture!r}.",
            f"It runs on {' and '.join(ARCHITECTURES)}.",
        )
    total = sum(len(_PACKAGE.findall(lock.read_text())) for lock in _LOCKS.values())
    done = 0
    for name, lock in _LOCKS.items():
        place = folder / name
        place.mkdir(parents=True, exist_ok=True)
        for _ in _fetched(lock, place, machine):
            done += 1
            progress("fetching packages", min(done, total), total)


def _fetched(lock: Path, folder: Path, machine: str) -> Iterator[str]:
    """Run pip, and yield for each package that it begins with."""
    call = [uv_executable(), "tool", "run", "--python", sys.executable, _pip()]
    call += ["download", "--no-deps", "--require-hashes", "--disable-pip-version-check"]
    call += ["--dest", str(folder), "--requirement", str(lock)]
    call += ["--implementation", "cp", "--python-version", layout.PYTHON]
    for abi in (f"cp{layout.PYTHON.replace('.', '')}", "abi3", "none"):
        call += ["--abi", abi]
    for minor in range(_NEWEST_GLIBC, _OLDEST_GLIBC - 1, -1):
        call += ["--platform", f"manylinux_2_{minor}_{machine}"]
    call += ["--platform", f"manylinux2014_{machine}"]
    process = subprocess.Popen(
        call,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**uv_variables(), **_pip_variables()},
        cwd=cache_dir(),
    )
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if _COLLECTING.match(line):
                yield line
        if process.wait() != 0:
            raise explain("".join(said), folder)
    finally:
        process.terminate()
        process.wait()


def _pip() -> str:
    return PIP_LOCK.read_text().split()[0]


def _pip_variables() -> dict[str, str]:
    """Say to pip what only uv is told."""
    index = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL")
    if index and "PIP_INDEX_URL" not in os.environ:
        return {"PIP_INDEX_URL": index}
    return {}
