"""What an image is made of: the files of this package that its build gets, and their digest.

Of the standard library alone: the build computes the same digest inside, so that a running
emulator can say which image it is, whoever built it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from harness.emulator import bridge_contents

_PARTS: Final = (
    "emulator/__init__.py",
    "emulator/bridge_contents.py",
    "emulator/runtime_documents.py",
    "emulator/settings.py",
    "emulator/python/requirements.lock",
    "emulator/runtimes_lock/requirements.lock",
    "emulator/image/__init__.py",
    "emulator/image/Dockerfile",
    "emulator/image/contents.py",
    "emulator/image/entrypoint.py",
    "emulator/image/first_start.py",
    "emulator/image/healthcheck.py",
    "emulator/image/installation.py",
    "emulator/image/layout.py",
    "emulator/image/pip.lock",
    "emulator/image/preparation.py",
)


def files_in(home: Path) -> dict[str, Path]:
    """Return the files that a build gets, by their place in the package.

    Args:
        home: The package's folder.
    """
    return bridge_contents.sources_in(home) | {part: home / part for part in _PARTS}


def digest_of(home: Path, entry_points: str) -> str:
    """Return 12 hex digits that say what an image was made of.

    Args:
        home: The package's folder.
        entry_points: The package's entry points for LocalStack, as metadata files have them.
    """
    return bridge_contents.digest_of(files_in(home), entry_points)[:12]
