"""Which Lambda runtimes this machine can run, and with what.

The client side found out (`harness.emulator.runtimes`) and says so in an environment variable.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from harness import wire

from .templates import PRELOADED, TemplateKind

PYTHON, NODE, PROVIDED = "python", "node", "provided"
_RUN_BOOTSTRAP: Final = (
    "for file in /var/runtime/bootstrap /var/task/bootstrap /opt/bootstrap; do "
    '[ -e "$file" ] && exec "$file"; done; '
    'echo "No bootstrap in /var/task or /opt" >&2; exit 127'
)


@dataclass(frozen=True)
class Runtime:
    """A Lambda runtime that this machine can run.

    Attributes:
        name: Lambda's identifier, such as `python3.13`.
        kind: `python`, `node` or `provided`.
        interpreter: Executable of the language; for `provided` of the template's Python.
        language: The interpreter's prefix.
        packages: Folder that functions see at /var/runtime.
        version: The interpreter's actual version.
        launcher: Executable of the Python that templates run on.
        note: What differs from AWS's runtime, if something does.
    """

    name: str
    kind: str
    interpreter: str
    language: str
    packages: str
    version: str
    launcher: str
    note: str | None

    def template(self, *, preloads: bool) -> TemplateKind:
        """Say which template processes can fork environments of this runtime."""
        return TemplateKind(
            interpreter=self.launcher,
            language=self.language,
            packages=self.packages,
            is_python=self.kind == PYTHON,
            preload=PRELOADED if preloads and self.kind == PYTHON else (),
        )

    def command(
        self, handler: str, *, wrapper: str | None, has_namespaces: bool
    ) -> list[str] | None:
        """Say what to execute; None for Python, whose environments are forks.

        Args:
            handler: The function's handler.
            wrapper: Script of AWS_LAMBDA_EXEC_WRAPPER, which gets the command as its arguments.
            has_namespaces: Whether environments see the files that they are promised.
        """
        packages = "/var/runtime" if has_namespaces else self.packages
        program = self.interpreter
        if has_namespaces:
            program = f"/var/lang/bin/{Path(program).name}"
        match self.kind:
            case "node":
                ours = [f"{packages}/virtual-date.cjs", f"{packages}/rapid-client.cjs"]
                required = [word for file in ours for word in ("--require", file)]
                command = [program, *required, f"{packages}/index.mjs", handler]
            case "provided":
                command = ["/bin/sh", "-c", _RUN_BOOTSTRAP]
            case _ if wrapper:
                command = [program, "-S", "-m", "awslambdaric", handler]
            case _:
                return None
        return [wrapper, *command] if wrapper else command

    def program_path(self) -> str:
        """Say which folders a Python that is executed, not forked, has to search."""
        minor = ".".join(self.version.split(".")[:2])
        return f"/opt/python/lib/python{minor}/site-packages:/opt/python:/var/runtime"


def runtime_named(name: str | None) -> Runtime | None:
    """Return a runtime of this machine; None when it can't run here."""
    entry = _document().get("runtimes", {}).get(name)
    return Runtime(name=name or "", **entry["run"]) if entry and "run" in entry else None


def any_runtime() -> Runtime | None:
    """Return one of the runtimes that can run here; None when there is none."""
    return next(filter(None, map(runtime_named, _document().get("runtimes", {}))), None)


def stand_ins() -> dict[str, str]:
    """Return the runtimes that another Python version runs, such as python3.14 by python3.13."""
    entries = _document().get("runtimes", {})
    actual = {
        name: f"python{entry['run']['version']}"
        for name, entry in entries.items()
        if "run" in entry and entry["run"]["kind"] == "python"
    }
    return {name: other for name, other in actual.items() if other != name}


def why_absent(name: str | None) -> str:
    """Say in a clause why a runtime can't run here."""
    entry = _document().get("runtimes", {}).get(name) or {}
    return entry.get("absent") or "the harness has no such runtime"


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(os.environ.get(wire.RUNTIMES) or "{}")
    return document
