"""Where things are in the image. Of the standard library alone: it is used inside as well."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HOME: Final = Path("/opt/harness")
EMULATOR: Final = HOME / "emulator"
"""LocalStack's Python environment."""
RUNTIME: Final = HOME / "runtime"
"""The packages of Lambda's Python runtime."""
BRIDGE: Final = HOME / "bridge"
"""The overlays, as `harness.emulator.bridge_contents` writes them."""
SEEDS: Final = HOME / "seeds"
"""What the first start worked out and every later one would."""
START: Final = HOME / "start"
"""The first process's own modules."""
DIGEST: Final = HOME / "digest"
"""File with the digest of all that the image was made of (see `contents`)."""
STATE: Final = Path("/var/lib/harness")
"""The one folder that is written to; a volume."""

DOCKER_SOCKET: Final = Path("/var/run/docker.sock")
"""Docker's socket, if somebody mounts it: functions may run in containers then."""

PYTHON: Final = "3.13"
"""The Python version of the base image; the packages are locked for it."""
USER: Final = 10001
"""Number of the user and group that everything runs as."""
PORT: Final = 4566
PORT_VARIABLE: Final = "HARNESS_PORT"
"""Environment variable: the port inside, and the same one outside."""
