"""Runs a build: by Docker's command line with BuildKit, or by the engine's older builder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .context import DOCKERFILE

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

Heard = Callable[[str], None]
"""Gets each line that a builder says."""

_BUILDKIT_INSIDE: Final = range(19, 23)
"""Major versions of Docker's command line that bring BuildKit's client; later ones need buildx."""


class BuildFailed(Exception):
    """The builder gave up; its last words are the argument."""


@dataclass(frozen=True)
class Build:
    """What is built.

    Attributes:
        folder: The build's files (`context`).
        tag: Name of the image.
        arguments: Build arguments.
        labels: Labels, beside those of the Dockerfile.
        secrets: Files that the build may read and that get into no layer, by id.
        is_offline: Whether it has no network: a wheelhouse holds all that it needs.
    """

    folder: Path
    tag: str
    arguments: Mapping[str, str]
    secrets: Mapping[str, Path]
    is_offline: bool = False


@cache
def buildkit_command() -> str | None:
    """Return a `docker` of the PATH that can use BuildKit; None when there is none.

    The first one on the PATH need not be it: some come without the buildx plug-in.
    """
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        command = shutil.which("docker", path=folder)
        if command and _can_use_buildkit(command):
            return command
    return None


def build_with_buildkit(command: str, build: Build, heard: Heard) -> None:
    """Build by Docker's command line.

    Raises:
        BuildFailed: It ended with an error.
    """
    call = [command, "build", "--progress", "plain", "--tag", build.tag]
    call += ["--file", str(build.folder / DOCKERFILE)]
    if build.is_offline:
        call += ["--network", "none"]
    for name, value in build.arguments.items():
        call += ["--build-arg", f"{name}={value}"]
    for name, file in build.secrets.items():
        call += ["--secret", f"id={name},src={file}"]
    process = subprocess.Popen(
        [*call, str(build.folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain"},
    )
    said: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            heard(line.rstrip())
        if process.wait() != 0:
            raise BuildFailed("\n".join(said))
    finally:
        process.terminate()
        process.wait()


def build_without_buildkit(engine: Engine, build: Build, heard: Heard) -> None:
    """Build by the engine's older builder, which needs no command line and knows no secrets.

    Raises:
        BuildFailed: It ended with an error.
    """
    said: list[str] = []
    with engine.explained():
        for event in engine.client.api.build(
            path=str(build.folder),
            dockerfile=DOCKERFILE,
            tag=build.tag,
            buildargs=dict(build.arguments),
            network_mode="none" if build.is_offline else None,
            rm=True,
            forcerm=True,
            decode=True,
        ):
            if problem := event.get("error"):
                raise BuildFailed("\n".join([*said, problem]))
            for line in event.get("stream", "").splitlines():
                said.append(line)
                heard(line)


def _can_use_buildkit(command: str) -> bool:
    if _ask(command, "buildx", "version") is not None:
        return True
    version = _ask(command, "--version") or ""  # Docker version 20.10.24+dfsg1, build 297e128
    major = version.removeprefix("Docker version ").partition(".")[0]
    return major.isdecimal() and int(major) in _BUILDKIT_INSIDE


def _ask(*command: str) -> str | None:
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout
