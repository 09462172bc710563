"""Describes installed function runtimes for the emulator, in the form that the overlays read.

Pure, and of the standard library alone: a container's first process composes the same document.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

MINORS: Final = ("3.12", "3.13", "3.14")
"""The Python versions that Lambda runs and the harness can."""
OLDER_MINORS: Final = ("3.8", "3.9", "3.10", "3.11")
"""Versions whose functions a newer interpreter runs, with a note."""
NODE_MAJORS: Final = (16, 18, 20, 22, 24)
"""The Node versions of Lambda that an installed Node stands in for."""
_PROVIDED: Final = ("provided", "provided.al2", "provided.al2023")


class Packages(Protocol):
    """The packages of one Python version's runtime, and the interpreter they are for."""

    @property
    def python(self) -> Path: ...
    @property
    def site_packages(self) -> Path: ...
    @property
    def minor(self) -> str: ...


def describe_pythons(installed: Mapping[str, Packages]) -> dict[str, Any]:
    """Describe Lambda's Python runtimes by name, absent ones with the reason.

    Args:
        installed: What is here, by version.
    """
    return {f"python{minor}": _described(minor, installed) for minor in (*OLDER_MINORS, *MINORS)}


def describe_provided(launcher: Packages) -> dict[str, Any]:
    """Describe the runtimes that run a function's own `bootstrap`.

    Args:
        launcher: Whose Python starts them.
    """
    return {name: {"run": _run("provided", launcher, "", None)} for name in _PROVIDED}


def describe_absent_node(reason: str) -> dict[str, Any]:
    """Describe Lambda's Node.js runtimes where none can run, with the reason as a clause."""
    return {f"nodejs{major}.x": {"absent": reason} for major in NODE_MAJORS}


def launcher_among(installed: Mapping[str, Packages]) -> Packages | None:
    """Choose the Python that starts what isn't Python; None when there is none."""
    return installed[_nearest(MINORS[1], installed)] if installed else None


def _described(minor: str, installed: Mapping[str, Packages]) -> dict[str, Any]:
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
    return {"run": _run("python", actual, actual.minor, note)}


def _run(kind: str, actual: Packages, version: str, note: str | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "interpreter": str(actual.python),
        "language": str(actual.python.parent.parent),
        "packages": str(actual.site_packages),
        "version": version,
        "launcher": str(actual.python),
        "note": note,
    }


def _nearest(minor: str, installed: Mapping[str, Packages]) -> str:
    number = int(minor.partition(".")[2])
    # Of two as near, the newer one: code for 3.13 is more likely to run on 3.14 than on 3.12.
    return min(
        installed,
        key=lambda other: (
            abs(int(other.partition(".")[2]) - number),
            -int(other.partition(".")[2]),
        ),
    )
