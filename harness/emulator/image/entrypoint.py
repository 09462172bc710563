"""The first process of a container: starts the emulator, passes signals on, buries the dead.

Functions are forked processes, and what they leave behind becomes the first process's child: who
doesn't wait for those fills the container with zombies. So this works with and without an init of
Docker's. It ends as the emulator does.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

from harness import wire
from harness.emulator.runtime_documents import (
    describe_absent_node,
    describe_provided,
    describe_pythons,
    launcher_among,
)
from harness.emulator.settings import environment_of

from . import layout

PASSED_ON: Final = (
    wire.ALLOWED_HOSTS,
    wire.OUTBOUND_HOSTS,
    "HARNESS_FUNCTION_NAMESPACES",
    "LAMBDA_RUNTIME_IMAGE_MAPPING",
)
"""What the container's environment may say to the emulator, beside the port."""
EVERYWHERE: Final = "0.0.0.0"
"""Where the gateway listens: a published port comes in by the container's own address."""
_OWN_FOLDERS: Final = ("home", "tmp", "cache", "localstack")
_NO_NODE: Final = "the container image has no Node.js, and the embedded target runs on yours"
_WRONG_USE, _CANNOT_WRITE = 64, 73  # sysexits.h


@dataclass(frozen=True)
class RuntimePackages:
    """Lambda's Python runtime of the image (`harness.emulator.runtime_documents.Packages`)."""

    python: Path
    site_packages: Path
    minor: str


def main() -> None:
    """Be the first process, until the emulator has ended."""
    port, state = _port(os.environ), layout.STATE
    prepare(state)
    variables = variables_of(port, state, os.environ)
    emulator = subprocess.Popen(
        [variables_python(), "-m", "localstack.runtime.main"], env=variables, cwd=state
    )
    sys.exit(outlive(emulator))


def variables_python() -> str:
    return str(layout.EMULATOR / "bin" / "python")


def prepare(state: Path) -> None:
    """Empty the state's folders of what a former emulator left, and lay out what is known.

    What an emulator serves is in its memory: files of a former one are nobody's any more.
    """
    try:
        for name in _OWN_FOLDERS:
            shutil.rmtree(state / name, ignore_errors=True)
            (state / name).mkdir(parents=True, exist_ok=True)
        if layout.SEEDS.is_dir():
            shutil.copytree(layout.SEEDS, state, dirs_exist_ok=True, copy_function=shutil.copyfile)
    except OSError as problem:
        print(
            f"ERROR: {state} can't be written to by user {os.getuid()}: {problem.strerror}. "
            f"Mount a named volume there, or a folder that user {layout.USER} owns.",
            file=sys.stderr,
        )
        sys.exit(_CANNOT_WRITE)


def variables_of(port: int, state: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Compose the emulator's environment: that of an embedded one, but for where it listens."""
    variables = environment_of(
        port=port,
        state=state,
        bridge=layout.BRIDGE,
        python=layout.EMULATOR / "bin" / "python",
        runtimes=describe_runtimes(),
    )
    return {
        **variables,
        **{name: given[name] for name in PASSED_ON if name in given},
        "GATEWAY_LISTEN": f"{EVERYWHERE}:{port}",
        **_docker(layout.DOCKER_SOCKET),
        wire.IMAGE_DIGEST: layout.DIGEST.read_text().strip() if layout.DIGEST.exists() else "",
        # The overlays were installed in this LocalStack when the image was made.
        **({wire.IS_VERIFIED: "1"} if layout.SEEDS.is_dir() else {}),
    }


def _docker(mounted: Path) -> dict[str, str]:
    if not mounted.is_socket():
        return {}
    if not os.access(mounted, os.R_OK | os.W_OK):
        print(
            f"WARNING: {mounted} is mounted, and user {os.getuid()} may not use it: functions that "
            "need a container are refused. Add the socket's group to the container (group_add).",
            file=sys.stderr,
        )
        return {}
    # LocalStack asks the engine for an image's digest.
    return {wire.DOCKER_SOCKET: str(mounted), "DOCKER_HOST": f"unix://{mounted}"}


def describe_runtimes() -> dict[str, Any]:
    """Describe the image's function runtimes."""
    python = Path(os.path.realpath(layout.EMULATOR / "bin" / "python"))
    installed = {layout.PYTHON: RuntimePackages(python, layout.RUNTIME, layout.PYTHON)}
    launcher = launcher_among(installed)
    assert launcher is not None
    pythons, provided = describe_pythons(installed), describe_provided(launcher)
    return {"runtimes": pythons | describe_absent_node(_NO_NODE) | provided}


def outlive(emulator: subprocess.Popen[bytes]) -> int:
    """Pass signals on and bury orphans until the emulator has ended; return its exit code."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        # Ctrl-C too: LocalStack's own handling of it doesn't end in order.
        emulator.send_signal(signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, pass_on)
    while True:
        ended, status = os.wait()
        if ended == emulator.pid:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _port(given: Mapping[str, str]) -> int:
    said = given.get(layout.PORT_VARIABLE) or str(layout.PORT)
    if not said.isascii() or not said.isdecimal() or not 1024 <= int(said) <= 65535:
        print(
            f"ERROR: {layout.PORT_VARIABLE} is {said!r}, which is no port for a user without "
            "rights. Give one from 1024 to 65535.",
            file=sys.stderr,
        )
        sys.exit(_WRONG_USE)
    return int(said)
