"""AWS's conformance requirements: fetched as a package, read as data, never run.

Source: https://pypi.org/project/aws-durable-execution-conformance-tests/
"""

from __future__ import annotations

import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.emulator.uv import run_uv

PACKAGE = "aws-durable-execution-conformance-tests"
VERSION = "1.0.0"
PYTHON = "3.14"
"""What the package asks for; its requirements are files that any version can read."""


@dataclass(frozen=True)
class Requirement:
    """One of AWS's requirements.

    Attributes:
        id: Such as `4-11`.
        suite: Such as `callback`.
        document: What its file says.
    """

    id: str
    suite: str
    document: dict[str, Any]

    @property
    def title(self) -> str:
        return " ".join(str(self.document["description"]).split())


def read(folder: Path, suites: list[str]) -> list[Requirement]:
    """Read the requirements of some suites, in the order of their numbers."""
    found = [
        Requirement(file.stem, file.parent.name, yaml.safe_load(file.read_text()))
        for file in folder.rglob("test_requirements/*/*.yaml")
        if file.parent.name in suites
    ]
    return sorted(found, key=lambda each: [int(part) for part in each.id.split("-")])


def unpacked(wheel: Path | None, folder: Path) -> Path:
    """Unpack the package into a folder; without a file, the package index is asked for it."""
    if wheel is not None:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(folder)
        return folder
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(f"{PACKAGE}=={VERSION}\n")
        wanted.flush()
        arguments = ["pip", "install", "--no-deps", "--python-version", PYTHON]
        arguments += ["--target", str(folder), "--requirements", wanted.name]
        done = run_uv(arguments, capture=True)
    if done.returncode:
        raise SystemExit(f"{PACKAGE} can't be fetched; name its wheel by --package.\n{done.stderr}")
    return folder
