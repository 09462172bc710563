"""Emulators of a test's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.emulator import running

PARENT = """
import json, sys
from harness.targets.embedded import Embedded
target = Embedded(reuse=False)
target.start()
print(json.dumps({"pid": target.describe()["pid"], "endpoint": target.endpoint_url,
    "state": target._emulator.state}), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def own_emulators(tmp_path, monkeypatch):
    """The folder of all emulators that this process knows of; empty to begin with."""
    folder = tmp_path / "emulators"
    monkeypatch.setattr(running, "emulators_dir", lambda: folder)
    return folder


class Parent:
    """A process that has an emulator and waits."""

    def __init__(self, variables):
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | variables,
        )
        said = json.loads(self.process.stdout.readline())
        self.emulator, self.endpoint = said["pid"], said["endpoint"]
        self.state = Path(said["state"])

    def end(self):
        self.process.kill()
        with self.process:  # closes its pipes and waits for it
            pass


@pytest.fixture
def parent_process():
    """Starts processes that have an emulator each; ends them afterwards."""
    started = []

    def start(**variables: str | Path):
        parent = Parent({name: str(value) for name, value in variables.items()})
        started.append(parent)
        return parent

    yield start
    for parent in started:
        parent.end()
