"""Functions in containers of their own, where a Docker socket is mounted into the emulator's.

Such a container shares the emulator's network, so that the Runtime API and AWS's APIs are on
loopback for it as they are for processes. What Lambda's own images do with `AWS_LAMBDA_RUNTIME_API`
is their side of it.
Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import tarfile
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from localstack.services.lambda_.invocation.docker_runtime_executor import resolver
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from harness import wire

from .sandbox.environment import EXIT_FRAME
from .templates import TemplateFailed

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

_SIGNALLED: Final = 128
_END_SECONDS: Final = 10
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_RUNS_LABELS: Final = ("aws-pattern-harness.run", "aws-pattern-harness.owner")
"""Beginnings of the labels by which a run's containers are removed; others make an emulator."""
_IMAGES_OWN: Final = frozenset({"LD_LIBRARY_PATH", "NODE_PATH", "PATH", "PYTHONPATH"})
"""Variables that an image sets for what is in it."""


def socket_path() -> str | None:
    """Return the path of the mounted Docker socket; None when there is none."""
    return os.environ.get(wire.DOCKER_SOCKET) or None


@cache
def engine() -> DockerClient:
    """Return a client of the engine whose socket is mounted."""
    import docker

    path = socket_path()
    assert path is not None
    return docker.DockerClient(base_url=f"unix://{path}")


def image_of(version: FunctionVersion) -> str:
    """Return the image that runs a version: the function's, or that of its runtime."""
    config = version.config
    image: str = (
        config.image.image_uri if config.image else resolver.get_image_for_runtime(config.runtime)
    )
    return image


def make_available(image: str) -> None:
    """Have the engine fetch an image that it doesn't have.

    Raises:
        TemplateFailed: It can't, or doesn't answer; creation fails with this reason.
    """
    import docker.errors

    try:
        try:
            engine().images.get(image)
        except docker.errors.ImageNotFound:
            engine().images.pull(image)
    except (docker.errors.DockerException, OSError) as problem:
        raise TemplateFailed(f"The image {image} can't be had: {_said(problem)}") from problem


@dataclass(frozen=True)
class Image:
    """What a function's containers are made of.

    Attributes:
        name: The image.
        entry_point: In place of the image's own, where the function says so.
        command: In place of the image's own, where the function says so.
        folder: Working directory, where the function says so.
        memory_mb: The function's memory size.
        has_code: Whether the function's archive and layers go into the container.
    """

    name: str
    entry_point: list[str] | None
    command: list[str] | None
    folder: str | None
    memory_mb: int
    has_code: bool


class ContainerTemplate:
    """Starts an environment's container: `harness.overlays.functions.templates.Template`'s part.

    Args:
        image: What it is made of.
        configured: Names of the variables that the function sets itself.
    """

    weakness: str | None = None

    def __init__(self, image: Image, configured: frozenset[str]) -> None:
        self._image, self._configured = image, configured
        self._container: Container | None = None
        self._ending: threading.Thread | None = None

    def start(self, order: dict[str, Any], log: int) -> int:
        """Start a container.

        Args:
            order: As a template gets it.
            log: Descriptor that the container's output and end are written to.

        Returns:
            0: its processes can't be watched from here.

        Raises:
            TemplateFailed: The engine refused.
        """
        import docker.errors

        self._remove()
        try:
            container = self._created(order)
            output = container.attach(stream=True, logs=True)
            how = _Ending(container)
            container.start()
        except (docker.errors.DockerException, OSError) as problem:
            self._remove()
            raise TemplateFailed(
                f"The container of {self._image.name} can't be started: {_said(problem)}"
            ) from problem
        self._ending = threading.Thread(
            target=_report, args=(how, output, os.dup(log)), daemon=True
        )
        self._ending.start()
        return 0

    def kill(self, environment: str) -> None:
        """End the container; the next one starts with an empty /tmp."""
        self._remove()

    def end(self, environment: str) -> None:
        """End the container."""
        self._remove()

    def _created(self, order: dict[str, Any]) -> Container:
        image = self._image
        variables = {
            name: value
            for name, value in order["variables"].items()
            if name in self._configured or name not in _IMAGES_OWN
        }
        own = _own_container()
        container = engine().containers.create(
            image.name,
            command=image.command,
            entrypoint=image.entry_point,
            working_dir=image.folder,
            environment=variables,
            network_mode=f"container:{own.id}",
            # Whoever removes the emulator's container knows these by the same labels.
            labels={key: text for key, text in own.labels.items() if key.startswith(_RUNS_LABELS)}
            | {"aws-pattern-harness.environment": order["environment"]},
            mem_limit=f"{image.memory_mb}m",
            memswap_limit=f"{image.memory_mb}m",
            cap_drop=["ALL"],
            security_opt=["no-new-privileges:true"],
            # Docker puts nothing into a container whose files are read-only.
            read_only=not image.has_code,
            # When the emulator is gone the runtime loses its API and exits.
            auto_remove=True,
            tmpfs={"/tmp": f"size={order['scratch_mb']}m,mode=1777"},
        )
        self._container = container
        if image.has_code:
            for folder, place in ((order["code"], "/var/task"), (order["layers"], "/opt")):
                if folder:
                    container.put_archive("/", _packed(Path(folder), place))
        return container

    def _remove(self) -> None:
        import docker.errors

        container, self._container = self._container, None
        if container is None:
            return
        try:
            container.remove(force=True, v=True)
        except docker.errors.APIError as problem:
            # It has gone, or is going, by itself.
            if problem.status_code not in (_NOT_FOUND, _CONFLICT):
                raise TemplateFailed(f"A container stays: {_said(problem)}") from problem
        except (docker.errors.DockerException, OSError) as problem:
            raise TemplateFailed(f"A container stays: {_said(problem)}") from problem
        if self._ending is not None:
            self._ending.join(_END_SECONDS)


@cache
def _own_container() -> Container:
    import docker.errors

    name = socket.gethostname()
    try:
        return engine().containers.get(name)
    except docker.errors.NotFound as problem:
        raise TemplateFailed(
            f"The emulator doesn't find its own container {name} in the engine whose socket is "
            "mounted: it has to be that engine's, with the host name that Docker gave it."
        ) from problem


class _Ending:
    """How a container ends: asked before it starts, since it removes itself.

    Args:
        container: The container, not started.
    """

    def __init__(self, container: Container) -> None:
        self._report: dict[str, Any] = {"signal": 9}
        self._thread = threading.Thread(target=self._wait, args=(container,), daemon=True)
        self._thread.start()

    def report(self) -> dict[str, Any]:
        """Return what a process's parent would know, once the container has ended."""
        self._thread.join(_END_SECONDS)
        return self._report

    def _wait(self, container: Container) -> None:
        import docker.errors

        with contextlib.suppress(docker.errors.DockerException, OSError):
            code = container.wait(condition="next-exit")["StatusCode"]
            if code > _SIGNALLED:
                self._report = {"signal": code - _SIGNALLED}
            else:
                self._report = {"exit": code}


def _report(how: _Ending, output: Any, log: int) -> None:
    """Write a container's output, and how it ended, as a process's parent does."""
    import docker.errors

    with os.fdopen(log, "wb", buffering=0) as pipe, contextlib.suppress(OSError):
        with contextlib.suppress(docker.errors.DockerException, OSError):
            for piece in output:
                pipe.write(piece)
        message = json.dumps(how.report()).encode()
        pipe.write(EXIT_FRAME + len(message).to_bytes(4, "big") + bytes(8) + message)


def _packed(folder: Path, place: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(folder, arcname=place.lstrip("/"))
    return packed.getvalue()


def _said(problem: Exception) -> str:
    return str(getattr(problem, "explanation", None) or problem)
