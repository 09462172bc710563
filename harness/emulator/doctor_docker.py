"""What Docker's engine has and lacks for the container target.

Nothing here is ever broken: the embedded target, which runs use by default, needs no Docker.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from harness.errors import HarnessError

from .docker.engine import Engine, connect
from .doctor_check import Check
from .health import info_of
from .image import builders, layout, privileges, wheelhouse
from .image.build import BASE_VARIABLE, find_image
from .image.tag import image_tag

_MB: Final = 1024 * 1024
_NEEDED_MB: Final = 2000  # the image, and as much again while it is built
_OURS: Final = "aws-pattern-harness.localstack"
"""Label of all images of ours, and so of their containers."""


def docker_checks() -> Iterable[Check]:
    """Look at the engine, its disk, the image, and the containers that run it."""
    try:
        engine = connect()
        with engine.explained():
            said = engine.client.info()
    except HarnessError as problem:
        yield Check("Docker engine", "weaker", f"No containers: {problem.problem}", problem.remedy)
        return
    yield from _engine(engine, said)
    yield from _disk(engine, said)
    yield from _builder()
    yield from _image()
    yield from _containers(engine)


def _engine(engine: Engine, said: dict[str, Any]) -> Iterable[Check]:
    options = " ".join(said.get("SecurityOptions") or [])
    traits = ["rootless"] if "rootless" in options else []
    if not engine.endpoint.is_here:
        traits.append(f"on another machine, {engine.endpoint.published_host}")
    with engine.explained():
        architecture = engine.architecture
    kind = f", {', '.join(traits)}" if traits else ""
    finding = f"Version {said.get('ServerVersion', '?')} for {architecture}{kind}."
    if architecture in wheelhouse.ARCHITECTURES:
        yield Check("Docker engine", "works", finding)
    else:
        known = " and ".join(wheelhouse.ARCHITECTURES)
        yield Check(
            "Docker engine",
            "weaker",
            f"{finding} There are no packages for that architecture.",
            f"Point DOCKER_HOST to an engine on {known}, or use the embedded target.",
        )
    if "name=seccomp" not in options:
        yield Check(
            "Docker seccomp",
            "weaker",
            "The engine filters no system calls, so that it may refuse the image's profile.",
            "Use an engine whose kernel has seccomp.",
        )


def _disk(engine: Engine, said: dict[str, Any]) -> Iterable[Check]:
    root = Path(said.get("DockerRootDir") or "")
    try:
        free = shutil.disk_usage(root).free // _MB if engine.endpoint.is_here else None
    except OSError:
        free = None  # on another machine, or in a virtual one, it can't be seen from here
    if free is None:
        return
    if free > _NEEDED_MB:
        yield Check("Docker disk", "works", f"{free:,} MB are free at {root}.")
        return
    yield Check(
        "Docker disk",
        "weaker",
        f"Only {free:,} MB are free at {root}: the image can't be built.",
        f'Free {_NEEDED_MB:,} MB: "docker image prune" and "harness image remove --old" help.',
    )


def _builder() -> Iterable[Check]:
    if command := builders.buildkit_command():
        yield Check("Docker builds", "works", f"BuildKit, by {command}.")
        return
    yield Check(
        "Docker builds",
        "weaker",
        "No docker command here can use BuildKit: the engine's older builder takes no secrets.",
        "Install Docker's buildx plug-in to build with --certificates or --package-index-config.",
    )


def _image() -> Iterable[Check]:
    if find_image():
        yield Check("image", "works", f"Built: {image_tag()}")
        return
    yield Check(
        "image",
        "weaker",
        "Not built yet: the container target builds it first.",
        'Run "harness image build"; without an image registry, '
        f"make a base image first and name it in {BASE_VARIABLE} (docs/air-gapped.md).",
    )


def _containers(engine: Engine) -> Iterable[Check]:
    with engine.explained():
        running = engine.client.containers.list(filters={"label": _OURS})
    for container in running:
        port = _port(container.attrs)
        info = info_of(port, host=engine.endpoint.published_host)
        yield _container(str(container.name), port, info)


def _container(name: str, port: int, info: dict[str, Any] | None) -> Check:
    subject = f"container {name}"
    if info is None:
        return Check(
            subject,
            "weaker",
            f"It runs, and nothing of ours answers on port {port}.",
            f'"docker logs {name}" says more; "docker rm -f {name}" ends it.',
        )
    isolation = info.get("isolation")
    if isolation is None:
        return Check(subject, "works", f"It answers on port {port} and is still starting.")
    if isolation["files"] and isolation["processes"]:
        return Check(subject, "works", "Each function gets files and processes of its own.")
    lacking = [
        privilege.without
        for privilege in privileges.PRIVILEGES
        if privilege.option.startswith("systempaths=" if isolation["files"] else "seccomp=")
    ]
    return Check(
        subject,
        "weaker",
        f"{' '.join(lacking)} The reason: {isolation['reason']}.",
        "Start it as docker-compose.yml does, with all of its security_opt."
        if not isolation["files"]
        else "Start it with --security-opt systempaths=unconfined (Compose v2 knows it too).",
    )


def _port(attributes: dict[str, Any]) -> int:
    variables = attributes.get("Config", {}).get("Env") or []
    said = dict(entry.partition("=")[::2] for entry in variables)
    value = said.get(layout.PORT_VARIABLE, "")
    return int(value) if value.isdecimal() else layout.PORT
