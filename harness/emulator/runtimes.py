"""The function runtimes of this machine: the counterparts of Lambda's managed runtimes.

A Python runtime is an interpreter of the machine and a folder with AWS's runtime client, boto3
and the durable execution SDK, installed once from a lock file with hashes. Where the version that
Lambda names isn't installed, the nearest one stands in and says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from harness.errors import HarnessError

from .environment import MINORS as EMULATOR_MINORS
from .interpreters import find_interpreter
from .managed import Installed, ManagedPython
from .node_runtime import describe_node, install_node
from .progress import Progress, unseen
from .runtime_documents import (
    MINORS,
    describe_provided,
    describe_pythons,
    launcher_among,
)

LOCK: Final = Path(__file__).parent / "runtimes_lock" / "requirements.lock"


def python_runtime(minor: str) -> ManagedPython:
    """Return the description of one version's packages; they need not be installed yet."""
    return ManagedPython(
        name=f"function-python{minor}", lock=LOCK, minors=(minor,), is_flat=True, downloads=False
    )


def install_runtimes(progress: Progress = unseen) -> dict[str, Any]:
    """Install the runtimes of all interpreters that the machine has, and describe them.

    At least the interpreter that the emulator runs on is there.

    Raises:
        MissingRequirement: No network, space or permission.
    """
    for minor in MINORS:
        runtime = python_runtime(minor)
        if runtime.installed() is None and find_interpreter((minor,)) is not None:
            runtime.install(progress)
    if not _installed():
        python_runtime(EMULATOR_MINORS[0]).install(progress)
    try:
        install_node(progress)
    except HarnessError as problem:
        # Node is an extra: without it functions in Node are refused, with this reason.
        progress(f"Node.js left out: {problem}", 0, 0)
    return describe_runtimes()


def describe_runtimes() -> dict[str, Any]:
    """Describe the installed runtimes for the emulator; starts nothing, asks no network.

    Returns:
        `{"runtimes": {"python3.13": {"run": …} or {"absent": why}, …}}`, where `run` has the
        fields of `harness.overlays.functions.runtimes.Runtime` but its name.
    """
    installed = _installed()
    runtimes = describe_pythons(installed)
    if launcher := launcher_among(installed):
        runtimes |= describe_node(launcher.python) | describe_provided(launcher)
    return {"runtimes": runtimes}


def notes(document: dict[str, Any]) -> list[tuple[str, str]]:
    """List what differs from AWS's runtimes, for `harness doctor` and `harness status`.

    Args:
        document: What `describe_runtimes` returned.

    Returns:
        Pairs of a runtime's name and a sentence about it.
    """
    found = []
    for name, entry in document["runtimes"].items():
        if "absent" in entry:
            found.append((name, f"{name} can't run here: {entry['absent']}."))
        elif entry["run"]["note"]:
            found.append((name, entry["run"]["note"]))
    return found


def _installed() -> dict[str, Installed]:
    candidates = {minor: python_runtime(minor).installed() for minor in MINORS}
    return {minor: found for minor, found in candidates.items() if found is not None}
