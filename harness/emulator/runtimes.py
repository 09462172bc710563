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

LOCK: Final = Path(__file__).parent / "runtimes_lock" / "requirements.lock"
MINORS: Final = ("3.12", "3.13", "3.14")
"""The Python versions that Lambda runs and the harness can."""
OLDER_MINORS: Final = ("3.8", "3.9", "3.10", "3.11")
"""Versions whose functions a newer interpreter runs, with a note."""


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
    runtimes: dict[str, Any] = {
        f"python{minor}": _described(minor, installed) for minor in (*OLDER_MINORS, *MINORS)
    }
    launcher = installed.get(_nearest(MINORS[1], installed)) if installed else None
    if launcher is not None:
        runtimes |= describe_node(launcher.python)
        for name in ("provided", "provided.al2", "provided.al2023"):
            runtimes[name] = {"run": _provided(launcher)}
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


def _described(minor: str, installed: dict[str, Installed]) -> dict[str, Any]:
    if not installed:
        return {"absent": 'its packages aren\'t installed ("harness install" does it)'}
    actual = installed[_nearest(minor, installed)]
    note = None
    if actual.minor != minor:
        reason = (
            f"no Python {minor} is installed"
            if minor in MINORS
            else f"AWS's runtime client is installed for Python {MINORS[0]} and later"
        )
        note = f"python{minor} runs on Python {actual.minor} here: {reason}."
    return {"run": _run("python", actual, str(actual.python), actual.minor, note)}


def _provided(launcher: Installed) -> dict[str, Any]:
    return _run("provided", launcher, str(launcher.python), "", None)


def _run(
    kind: str, actual: Installed, interpreter: str, version: str, note: str | None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "interpreter": interpreter,
        "language": str(actual.python.parent.parent),
        "packages": str(actual.site_packages),
        "version": version,
        "launcher": str(actual.python),
        "note": note,
    }


def _nearest(minor: str, installed: dict[str, Installed]) -> str:
    number = int(minor.partition(".")[2])
    # Of two as near, the newer one: code for 3.13 is more likely to run on 3.14 than on 3.12.
    return min(
        installed,
        key=lambda other: (
            abs(int(other.partition(".")[2]) - number),
            -int(other.partition(".")[2]),
        ),
    )
