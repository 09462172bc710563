"""Finds the Python interpreters of a machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .cache import cache_dir

# Asked of an interpreter itself: pyenv builds Pythons without ssl when headers are missing.
_QUESTION = (
    "import sys, sysconfig, ctypes, ssl, sqlite3, zlib\n"
    "assert sys.implementation.name == 'cpython'\n"
    "assert not sysconfig.get_config_var('Py_GIL_DISABLED')\n"
    "print(sys.executable, *sys.version_info[:3], sep='\\n')"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python that works.

    Attributes:
        path: Its executable, links resolved.
        version: Major, minor, micro.
    """

    path: Path
    version: tuple[int, int, int]

    @property
    def minor(self) -> str:
        return f"{self.version[0]}.{self.version[1]}"


def find_interpreter(minors: Sequence[str]) -> Interpreter | None:
    """Find an installed interpreter, without a call beyond the machine.

    Args:
        minors: Acceptable versions such as `3.13`, the best first.

    Returns:
        The best one's interpreter; None when no acceptable one is installed.
    """
    own = ".".join(map(str, sys.version_info[:2]))
    for minor in sorted(minors, key=lambda minor: minor != own):
        for candidate in _candidates(minor):
            found = ask(candidate)
            if found and found.minor == minor:
                return found
    return None


@cache
def ask(executable: Path) -> Interpreter | None:
    """Run an executable to learn which Python it is; None when it isn't a usable one.

    pyenv's shims of versions that aren't selected exist and fail; so silence is the answer.
    """
    try:
        answer = subprocess.run(
            [executable, "-I", "-c", _QUESTION],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONHOME"},
        ).stdout.splitlines()
        path, *version = answer
        major, minor, micro = map(int, version)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Interpreter(Path(path).resolve(), (major, minor, micro))


def downloaded_interpreters() -> Path:
    """Return the folder for interpreters that uv downloads for the harness."""
    return cache_dir() / "interpreters"


def search_path() -> str:
    """Return PATH without pyenv's shims, which fail for versions that aren't selected."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if Path(folder).name != "shims")


def _candidates(minor: str) -> Iterator[Path]:
    name = f"python{minor}"
    if f"{sys.version_info[0]}.{sys.version_info[1]}" == minor:
        yield Path(sys.base_exec_prefix) / "bin" / name
        yield Path(sys.executable)
    if found := shutil.which(name, path=search_path()):
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for home in (
        *sorted(pyenv.glob(f"versions/{minor}.*"), key=_micro, reverse=True),
        *sorted(downloaded_interpreters().glob(f"cpython-{minor}.*"), reverse=True),
    ):
        yield home / "bin" / name
    if known := _known_to_uv(minor):
        yield known


def _micro(home: Path) -> int:
    digits = home.name.rpartition(".")[2]
    return int(digits) if digits.isdecimal() else -1


def _known_to_uv(minor: str) -> Path | None:
    from .uv import run_uv

    answer = run_uv(
        ["python", "find", minor, "--system", "--no-project", "--no-python-downloads"],
        capture=True,
    )
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None
