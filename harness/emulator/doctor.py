"""What works on this machine, what is weaker than on others, and the remedy for each.

It looks and changes nothing.
"""

from __future__ import annotations

import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Final

from harness.errors import HarnessError

from . import kernel
from .cache import CACHE_DIR, cache_dir, writable
from .doctor_check import Check
from .doctor_docker import docker_checks
from .environment import MINORS, emulator_python
from .interpreters import find_interpreter
from .ports import LOOPBACK
from .runtimes import describe_runtimes, notes

_MB: Final = 1024 * 1024
_NEEDED_MB: Final = 1500  # both Python environments, their packages and a few emulators


def checks() -> list[Check]:
    """Look at everything, in the order in which runs need it."""
    found: list[Check] = []
    for look in _LOOKS:
        found.extend(look())
    return found


def _platform() -> Iterable[Check]:
    here = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    if sys.platform.startswith("linux"):
        yield Check("platform", "works", here)
    else:
        yield Check(
            "platform",
            "weaker",
            f"{here}. Functions share the machine's files: their own /tmp needs Linux.",
            "Run on Linux, or in a Linux virtual machine, to have functions isolated as on AWS.",
        )


def _cache() -> Iterable[Check]:
    folder = cache_dir()
    try:
        writable(folder)
    except HarnessError as problem:
        yield Check("cache folder", "broken", problem.problem, problem.remedy)
        return
    yield Check("cache folder", "works", str(folder))
    free = shutil.disk_usage(folder).free // _MB
    is_enough = free > _NEEDED_MB or emulator_python().installed() is not None
    yield Check(
        "disk space",
        "works" if is_enough else "broken",
        f"{free:,} MB are free at {folder}.",
        ""
        if is_enough
        else f"Free {_NEEDED_MB:,} MB there, or set {CACHE_DIR} to a folder on another disk.",
    )


def _emulator() -> Iterable[Check]:
    if found := emulator_python().installed():
        yield Check("LocalStack", "works", f"Installed, on Python {found.minor}: {found.folder}")
        return
    needed = " or ".join(MINORS)
    if interpreter := find_interpreter(MINORS):
        finding = f"Not installed yet; Python {interpreter.minor} is here for it."
        yield Check("LocalStack", "weaker", finding, _INSTALL)
    else:
        yield Check(
            "LocalStack",
            "weaker",
            f"Not installed yet, and no Python {needed} is here: one will be downloaded.",
            f"{_INSTALL} Without a network, install Python {MINORS[0]} first.",
        )


def _runtimes() -> Iterable[Check]:
    document = describe_runtimes()
    remarks = dict(notes(document))
    for name, runtime in document["runtimes"].items():
        if "absent" in runtime:
            remedy = "Functions of this runtime are refused; install what is missing, then " + (
                '"harness install".'
            )
            yield Check(f"runtime {name}", "weaker", remarks[name], remedy)
        elif name in remarks:
            yield Check(
                f"runtime {name}",
                "weaker",
                remarks[name],
                "Install that version to have the very one (of Python, 3.12 and later), then run "
                '"harness install".',
            )
        else:
            version = runtime["run"]["version"]
            finding = f"Version {version}." if version else "Runs the function's own bootstrap."
            yield Check(f"runtime {name}", "works", finding)


def _isolation() -> Iterable[Check]:
    if reason := kernel.lack_of_namespaces():
        yield Check(
            "isolation",
            "weaker",
            f"{reason} Functions' /tmp and /var/task are told apart by path rewriting.",
            "Permit user namespaces (sysctl kernel.unprivileged_userns_clone=1, or "
            "kernel.apparmor_restrict_unprivileged_userns=0), or run as root.",
        )
    else:
        yield Check("isolation", "works", "Each environment gets a /tmp and /var/task of its own.")


def _ports() -> Iterable[Check]:
    with socket.socket() as probe:
        try:
            probe.bind((LOOPBACK, 0))
        except OSError as problem:
            yield Check(
                "ports",
                "broken",
                f"No port of {LOOPBACK} can be listened on: {problem.strerror}.",
                "Bring up the loopback interface, or permit listening on it.",
            )
            return
    yield Check("ports", "works", f"Free ports of {LOOPBACK} can be listened on.")


_INSTALL: Final = 'Run "harness install", or let the first run do it; it needs the network once.'
_LOOKS: Final[tuple[Callable[[], Iterable[Check]], ...]] = (
    _platform,
    _cache,
    _emulator,
    _runtimes,
    _isolation,
    _ports,
    docker_checks,
)
