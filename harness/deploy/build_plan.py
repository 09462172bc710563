"""Which functions have libraries to install, and under which key they are cached. Pure."""

from __future__ import annotations

import enum
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from . import archive
from .functions import Function
from .problems import TemplateProblem

KEY_VERSION = "1"


class Workflow(enum.Enum):
    """A workflow of aws-lambda-builders: language and dependency manager."""

    PYTHON = ("python", "uv")
    NODE = ("nodejs", "npm")


@dataclass(frozen=True)
class Plan:
    """What to build.

    Attributes:
        function: The function or layer.
        workflow: Who builds it.
        runtime: The runtime that the libraries are for.
        architecture: The processor that they are for.
        manifest: The file that names them.
        inputs: Files that the build reads, by their name within the folder. The manifests alone
            where that is enough: a change of the function's own code then needs no new build.
    """

    function: Function
    workflow: Workflow
    runtime: str
    architecture: str
    manifest: str
    inputs: tuple[tuple[str, Path], ...]

    @property
    def key(self) -> str:
        """A digest of all that the result depends on."""
        seen = hashlib.sha256()
        words = (KEY_VERSION, *self.workflow.value, self.runtime, self.architecture)
        seen.update("\0".join((*words, str(self.function.is_layer))).encode())
        for name, path in self.inputs:
            seen.update(f"\0{name}\0{archive.digest(path.read_bytes())}".encode())
        return seen.hexdigest()[:32]


def plan_of(function: Function) -> Plan | None:
    """Decide whether a function's libraries are to be installed, and from what.

    Args:
        function: A function; or a layer, which is built if its `BuildMethod` says so, as in SAM.

    Returns:
        The plan, or None when there is nothing to install.

    Raises:
        TemplateProblem: It asks for a build method that isn't served.
    """
    if function.skips_build:
        return None
    method = function.build_method
    if method and not re.fullmatch(r"(python3\.\d+|nodejs\d+\.x|python-uv)", method):
        raise TemplateProblem(
            f'{function.where}: the BuildMethod "{method}" isn\'t served.',
            "Build the folder yourself and set SkipBuild under Metadata.",
        )
    runtime = function.runtime or ""
    if re.fullmatch(r"python3\.\d+", runtime):
        return _python_plan(function, runtime)
    if re.fullmatch(r"nodejs\d+\.x", runtime):
        return _node_plan(function, runtime)
    return None


def _python_plan(function: Function, runtime: str) -> Plan | None:
    manifest = function.folder / "requirements.txt"
    if not manifest.is_file():
        return None
    lines = [
        line.partition(" #")[0].strip()
        for line in manifest.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    ]
    wanted = [line for line in lines if line and not line.startswith("#")]
    if not wanted:
        return None
    is_alone = not any(_names_a_file(line) for line in wanted)
    # Beside the manifest, what uv reads its settings from.
    kept = ("requirements.txt", "pyproject.toml", "uv.toml")
    names = [name for name in kept if (function.folder / name).is_file()] if is_alone else None
    return _plan(function, Workflow.PYTHON, runtime, "requirements.txt", names)


def _node_plan(function: Function, runtime: str) -> Plan | None:
    manifest = function.folder / "package.json"
    if not manifest.is_file():
        return None
    try:
        package = json.loads(manifest.read_text(encoding="utf-8-sig"))
    except ValueError as problem:
        raise TemplateProblem(
            f"{manifest} isn't JSON: {problem}.", "Correct it, or set SkipBuild under Metadata."
        ) from problem
    wanted = package.get("dependencies") if isinstance(package, dict) else None
    if not isinstance(wanted, dict) or not wanted:
        return None
    scripts = package.get("scripts") or {}
    is_alone = not any(
        str(version).startswith(("file:", "link:", ".")) for version in wanted.values()
    ) and not {"install", "postinstall", "prepare", "prepack"} & (
        scripts.keys() if isinstance(scripts, dict) else set()
    )
    kept = ("package.json", "package-lock.json", "npm-shrinkwrap.json", ".npmrc")
    names = [name for name in kept if (function.folder / name).is_file()] if is_alone else None
    return _plan(function, Workflow.NODE, runtime, "package.json", names)


def _plan(
    function: Function, workflow: Workflow, runtime: str, manifest: str, names: list[str] | None
) -> Plan:
    everything = archive.files_of(function.folder)
    inputs = tuple((name, path) for name, path in everything if names is None or name in names)
    return Plan(function, workflow, runtime, function.architecture, manifest, inputs)


def _names_a_file(requirement: str) -> bool:
    # Options (-r, -c, -e, --find-links) and paths reach for files beside the requirements.
    is_option = requirement.startswith("-") and not requirement.startswith(
        ("--index-url", "--extra-index-url", "--pre", "--hash", "--only-binary", "--no-binary")
    )
    return is_option or requirement.startswith((".", "/")) or "file:" in requirement
