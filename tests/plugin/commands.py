"""The command in processes of its own, with nothing of the user's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from harness.emulator.cache import CACHE_DIR, cache_dir
from harness.emulator.environment import install_emulator
from harness.emulator.runtimes import install_runtimes


@dataclass(frozen=True)
class Command:
    """Runs `harness` in a folder; it knows no other emulators, in processes or containers."""

    folder: Path
    variables: dict[str, str]

    def __call__(self, *arguments: str, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "harness", *arguments],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == exit_code, done.stdout + done.stderr
        return done

    def with_variables(self, variables: dict[str, str]) -> Command:
        """Return the command with further environment variables."""
        return replace(self, variables={**self.variables, **variables})

    def json(self, *arguments: str, exit_code: int = 0) -> Any:
        return json.loads(self(arguments[0], "--json", *arguments[1:], exit_code=exit_code).stdout)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "harness", *arguments],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command in an empty folder; what still stands at the end is stopped."""
    install_emulator()
    install_runtimes()
    cache = tmp_path_factory.mktemp("cache")
    for name in ("python", "node", "seeds", "verified"):
        if (cache_dir() / name).exists():
            (cache / name).symlink_to(cache_dir() / name)
    hidden = ("AWS_", "PYTEST_", "COV_")
    variables = {name: text for name, text in os.environ.items() if not name.startswith(hidden)}
    # No engine: "down" would stop the containers that somebody works with.
    alone = {CACHE_DIR: str(cache), "DOCKER_HOST": f"unix://{cache}/no-engine.sock"}
    command = Command(tmp_path_factory.mktemp("project"), variables | alone)
    yield command
    command("down")


@pytest.fixture
def endpoint(harness: Command) -> str:
    """An emulator that stands."""
    return str(harness.json("up", "--detach")["endpoint"])
