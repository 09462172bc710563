"""What the command's exit code tells a script."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `harness`."""

    OK = 0
    FAILED = 1
    """A test or a deployment failed."""
    USAGE = 2
    """The command line, or a file that it names, is wrong."""
    ENVIRONMENT = 3
    """The machine lacks something: Python, Docker, network, space, a running emulator."""
