"""Runs of the harness on the stand-in, as processes of their own that may be broken off."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from .stand_in import FIRST, StandIn

PATTERN: Final = Path(__file__).parent / "pattern"
"""A project with one small scenario that makes something of each kind."""
LONGEST_SECONDS: Final = 300


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and all that it printed."""

    code: int
    text: str


@dataclass
class Project:
    """A developer's machine: a project, and a cache of its own with the journals of its runs.

    Attributes:
        stand_in: What it runs on.
        cache: The cache's folder.
        variables: Environment variables beside those of the stand-in.
        profile: The AWS profile that is used.
    """

    stand_in: StandIn
    cache: Path
    variables: dict[str, str] = field(default_factory=dict)
    profile: str = FIRST

    @property
    def account(self) -> str:
        return self.stand_in.account

    def pytest(self, *arguments: str) -> subprocess.Popen[str]:
        """Start pytest on the scenario, on the account, in a process group of its own."""
        options = ["--real-aws", f"--aws-account={self.account}", f"--aws-profile={self.profile}"]
        plain = ["-p", "no:randomly", "-p", "no:cacheprovider", "--aws-yes", "scenarios"]
        return self._start("pytest", *options, *plain, *arguments)

    def harness(self, *arguments: str) -> Ended:
        """Run a command of the harness to its end."""
        return ended(self._start("harness", *arguments))

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `harness run` on the account, in a process group of its own."""
        account = ["--real-aws", "--aws-account", self.account, "--profile", self.profile, "--yes"]
        report = ["--report", str(self.cache / "report")]
        return self._start("harness", "run", *account, "-n", "1", *report, *arguments)

    def sweep(self, *more: str) -> Ended:
        """Look for what is left on the account, and delete it."""
        return self.harness("aws", "sweep", "--delete", "--yes", *more)

    def _start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=PATTERN,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _environment(self) -> Mapping[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        ours.pop("PYTEST_ADDOPTS", None)
        where = {"HARNESS_CACHE_DIR": str(self.cache), "PYTHONDONTWRITEBYTECODE": "1"}
        return {**ours, **self.stand_in.variables, **where, **self.variables}


def ended(process: subprocess.Popen[str]) -> Ended:
    """Wait for a process, and return how it ended; it is killed when it takes too long."""
    try:
        text, _ = process.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        kill(process)
        text, _ = process.communicate()
        raise AssertionError(f"it ran for more than {LONGEST_SECONDS} s:\n{text}") from None
    return Ended(process.returncode, text)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started: nothing of it can tidy up."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def interrupt(process: subprocess.Popen[str]) -> None:
    """Do what Ctrl-C on a terminal does: the whole process group gets a SIGINT."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
