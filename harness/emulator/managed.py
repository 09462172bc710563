"""Python environments that the harness makes for itself and keeps in the cache.

Each is made once by uv from a lock file with hashes, and used without any network call from then
on. A changed lock file is another environment, in another folder: runs of two versions of the
harness don't disturb each other.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .cache import cache_dir, explained, locked, writable
from .installation import install_packages, run_installer
from .interpreters import Interpreter, find_interpreter
from .interpreters_download import download_interpreter
from .progress import Progress, unseen

MARKER: Final = "complete.json"
_BUILDING = ".building"
_LAYOUT = "1"


@dataclass(frozen=True)
class Installed:
    """A Python environment that is ready for use.

    Attributes:
        folder: Where it is.
        python: Executable to run: the environment's own, or for a flat one the interpreter that
            its packages were installed for.
        site_packages: The folder with the packages.
        minor: The interpreter's version, such as `3.13`.
    """

    folder: Path
    python: Path
    site_packages: Path
    minor: str


@dataclass(frozen=True)
class ManagedPython:
    """One kind of Python environment.

    Attributes:
        name: Short name; part of the folder's.
        lock: Requirements file with hashes.
        minors: Acceptable interpreters such as `3.13`, the best first.
        is_flat: Whether the packages go into a plain folder (`uv pip install --target`), to be put
            on `sys.path`, in place of a virtual environment.
        downloads: Whether uv may download an interpreter when none is installed.
    """

    name: str
    lock: Path
    minors: Sequence[str]
    is_flat: bool = False
    downloads: bool = True

    @property
    def folder(self) -> Path:
        """Where it is or will be; its name says from which lock file."""
        return cache_dir() / "python" / f"{self.name}-{self._digest()}"

    def installed(self) -> Installed | None:
        """Find the environment if it is there, whole, and its interpreter as well.

        Cheap: it reads a marker and one folder's listing, starts nothing and asks no network.
        """
        try:
            marker = json.loads((self.folder / MARKER).read_text())
            found = self._described(self.folder, marker)
            names = {entry.name for entry in found.site_packages.iterdir()}
        except (OSError, ValueError, KeyError):
            return None
        is_whole = names.issuperset(marker["entries"]) and found.python.exists()
        return found if is_whole else None

    def install(self, progress: Progress = unseen) -> Installed:
        """Return the environment, made first if it isn't there or is damaged.

        Processes that ask at once wait for the one that makes it.

        Raises:
            MissingRequirement: No interpreter, network, space or permission.
            HarnessError: The installation failed otherwise; nothing of it is left behind.
        """
        if found := self.installed():
            return found
        with locked(writable(self.folder.parent) / f"{self.name}.lock"):
            return self.installed() or self._make(progress)

    def _make(self, progress: Progress) -> Installed:
        parent = self.folder.parent
        # We hold the lock: what looks half-made here has lost its maker.
        for remains in parent.glob(f"{self.name}-*{_BUILDING}"):
            shutil.rmtree(remains, ignore_errors=True)
        interpreter = find_interpreter(self.minors)
        if interpreter is None:
            interpreter = download_interpreter(self.minors, progress, may=self.downloads)
        with (
            explained(parent),
            tempfile.TemporaryDirectory(
                dir=parent, prefix=f"{self.name}-", suffix=_BUILDING, ignore_cleanup_errors=True
            ) as made,
        ):
            draft = Path(made) / "draft"
            self._fill(draft, interpreter, progress)
            if self.folder.exists():
                self.folder.rename(Path(made) / "damaged")
            draft.rename(self.folder)
        if found := self.installed():
            return found
        raise RuntimeError(f"{self.folder} isn't whole right after its installation")

    def _fill(self, draft: Path, interpreter: Interpreter, progress: Progress) -> None:
        if self.is_flat:
            (draft / "packages").mkdir(parents=True)
            destination = ["--target", str(draft / "packages"), "--python", str(interpreter.path)]
        else:
            run_installer(
                ["venv", "--relocatable", "--python", str(interpreter.path), str(draft)], draft
            )
            destination = ["--python", str(draft / "bin" / "python")]
        install_packages(self.lock, destination, self.folder.parent, progress)
        marker: dict[str, Any] = {"interpreter": str(interpreter.path), "minor": interpreter.minor}
        packages = self._described(draft, marker).site_packages
        marker["entries"] = sorted(entry.name for entry in packages.iterdir())
        (draft / MARKER).write_text(json.dumps(marker, indent=1))

    def _described(self, folder: Path, marker: dict[str, Any]) -> Installed:
        minor = str(marker["minor"])
        if self.is_flat:
            python, packages = Path(marker["interpreter"]), folder / "packages"
        else:
            python = folder / "bin" / "python"
            packages = folder / "lib" / f"python{minor}" / "site-packages"
        return Installed(folder, python, packages, minor)

    def _digest(self) -> str:
        parts = [_LAYOUT, str(self.is_flat), *self.minors, self.lock.read_text()]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
