"""Libraries that functions require, installed by AWS's own builders without Docker.

Built once: the result lies in the cache, under a digest of the manifests that it comes from.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.emulator.cache import cache_dir, explained, locked, writable
from harness.emulator.uv import uv_executable, uv_variables
from harness.errors import MissingRequirement

from .build_plan import Plan, Workflow, plan_of
from .functions import Function
from .problems import BuildFailed

if TYPE_CHECKING:
    from .assets import Build

Tell = Callable[[Function, str], None]
"""Is told about a function what people may want to know."""

Platform = Callable[[str, str], tuple[str, str]]
"""Maps a runtime and an architecture as declared to those that the target has.

An emulator may run `python3.14` on another Python, and knows its own machine's processor.
"""

_PROTOCOL: Final = "0.3"
_TAIL_LINES: Final = 40


def as_declared(runtime: str, architecture: str) -> tuple[str, str]:
    """A `Platform` that is what the template says."""
    return runtime, architecture


def builder(tell: Tell, *, platform: Platform = as_declared, no_build: bool = False) -> Build:
    """Return what builds a deployment's functions.

    Args:
        tell: Told, for people, when libraries are being installed; what is cached is silent.
        platform: Says where a function will really run.
        no_build: Whether to build nothing.
    """

    def build(function: Function) -> Path | None:
        plan = None if no_build else plan_of(function)
        if plan is None:
            return None
        runtime, architecture = platform(plan.runtime, plan.architecture)
        return built(replace(plan, runtime=runtime, architecture=architecture), tell)

    return build


def built(plan: Plan, tell: Tell) -> Path:
    """Return the folder with a function's libraries, made first if it isn't in the cache.

    Raises:
        BuildFailed: They can't be installed; the builder's words are a note.
        MissingRequirement: npm isn't there, or the cache can't be written to.
    """
    home = cache_dir() / "builds"
    folder = home / plan.key
    if folder.is_dir():
        return folder
    writable(home)
    with locked(home / f"{plan.key}.lock"):
        if not folder.is_dir():
            manifest = plan.function.folder / plan.manifest
            tell(plan.function, f"installing what {manifest} requires")
            _build_into(folder, plan)
    (home / f"{plan.key}.lock").unlink(missing_ok=True)
    return folder


def _build_into(folder: Path, plan: Plan) -> None:
    with (
        explained(folder.parent),
        tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as made,
    ):
        scratch, source, artifacts = Path(made) / "scratch", Path(made) / "in", Path(made) / "out"
        for one in (scratch, source, artifacts):
            one.mkdir()
        for name, path in plan.inputs:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, source / name)
        _run_builder(plan, source, artifacts, scratch)
        _without_leftovers(artifacts)
        if plan.function.is_layer:
            artifacts = _as_layer(artifacts, plan.workflow)
        artifacts.rename(folder)


def _run_builder(plan: Plan, source: Path, artifacts: Path, scratch: Path) -> None:
    language, manager = plan.workflow.value
    request = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "LambdaBuilder.build",
        "params": {
            "__protocol_version": _PROTOCOL,
            "capability": {
                "language": language,
                "dependency_manager": manager,
                "application_framework": None,
            },
            "source_dir": str(source),
            "artifacts_dir": str(artifacts),
            "scratch_dir": str(scratch),
            "manifest_path": str(source / plan.manifest),
            "runtime": plan.runtime,
            "architecture": plan.architecture,
            "optimizations": {},
            "options": {},
        },
    }
    done = subprocess.run(
        [sys.executable, "-m", "aws_lambda_builders"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        errors="replace",
        cwd=source,  # what requirements name by a relative path is looked up there
        env=_variables(plan),
        check=False,
    )
    answer = _answer(done.stdout)
    if done.returncode != 0 or "error" in answer:
        raise _failure(plan, answer, done.stderr)


def _variables(plan: Plan) -> dict[str, str]:
    variables = {
        name: value for name, value in uv_variables().items() if not name.startswith("AWS_")
    }
    tools = Path(uv_executable()).parent
    path = f"{tools}{os.pathsep}{variables['PATH']}"
    if plan.workflow is Workflow.NODE and shutil.which("npm", path=path) is None:
        raise MissingRequirement(
            f"{plan.function.where} has libraries for Node, and npm isn't on the PATH.",
            "Install Node, or deploy with node_modules in place and no build.",
        )
    # uv looks up an interpreter even where it installs for another one.
    return {**variables, "PATH": path, "UV_PYTHON": sys.executable, "PYTHONDONTWRITEBYTECODE": "1"}


def _answer(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return {"error": {"message": "the builder ended without an answer"}}
    return answer if isinstance(answer, dict) else {}


def _failure(plan: Plan, answer: dict[str, Any], said: str) -> BuildFailed:
    message = str(answer.get("error", {}).get("message") or "no reason given")
    manifest = plan.function.folder / plan.manifest
    failure = BuildFailed(
        f"What {manifest} requires can't be installed: {_reason(message)}.",
        "Correct the file, or check the network and the package index.",
    )
    lines = [*message.strip().splitlines(), *said.strip().splitlines()]
    failure.add_note("\n".join(["The builder said:", *lines[-_TAIL_LINES:]]))
    return failure


def _reason(message: str) -> str:
    # The builders put a heading on each layer of their own before the tool's words.
    for mark in ("UV pip install failed:", "NPM Failed:", "npm error code"):
        if mark in message:
            message = message.rpartition(mark)[2]
    words = " ".join(message.replace("×", "").replace("╰─▶", "").split()).rstrip(".")
    return words if len(words) <= 300 else f"{words[:300]}…"


def _without_leftovers(artifacts: Path) -> None:
    # uv's own notes about the folder; the manifests stay with the function's code.
    for name in (".lock", ".gitignore", "requirements.txt"):
        (artifacts / name).unlink(missing_ok=True)
    shutil.rmtree(artifacts / "bin", ignore_errors=True)


def _as_layer(artifacts: Path, workflow: Workflow) -> Path:
    # Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    layer = artifacts.with_name("layer")
    layer.mkdir()
    if workflow is Workflow.PYTHON:
        artifacts.rename(layer / "python")
    else:
        (layer / "nodejs").mkdir()
        if (artifacts / "node_modules").is_dir():
            (artifacts / "node_modules").rename(layer / "nodejs" / "node_modules")
    return layer
