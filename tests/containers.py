"""Runs what needs Docker: the scenarios on the container target, and the tests of target and image.

    python tests/containers.py [argument of pytest …]

A claim or test whose outcome differs from the embedded target's fails it: build/report has those
of the scenarios' own run, which is made up for where it is missing. Where there is no Docker it
says so and passes, unless HARNESS_NEEDS_DOCKER is set, as continuous integration does.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from harness.emulator.docker.engine import connect
from harness.errors import HarnessError

NEEDED = "HARNESS_NEEDS_DOCKER"
ROOT = Path(__file__).parents[1]
EMBEDDED, CONTAINER = "build/report", "build/container"
TESTS = ("tests/targets/container", "tests/images")
WORKERS = ("-n", "2")
# A file's tests one after the other: what stands for everybody is seen by all.
DIVISION = ("--dist", "loadfile")


def main(arguments: list[str]) -> int:
    try:
        connect()
    except HarnessError as lack:
        if os.environ.get(NEEDED):
            raise
        print(f"Nothing of this was run. {lack}", file=sys.stderr)
        return 0
    commands = [
        ["harness", "run", *WORKERS, "--target", "container", "--report", CONTAINER],
        ["harness", "report", "compare", EMBEDDED, CONTAINER],
        [
            "pytest",
            *WORKERS,
            *DIVISION,
            *(folder for folder in TESTS if (ROOT / folder).is_dir()),
            *arguments,
        ],
    ]
    if not (ROOT / EMBEDDED / "claims.json").exists():
        commands.insert(0, ["harness", "run", *WORKERS, "--report", EMBEDDED])
    return max(
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=False).returncode
        for command in commands
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
