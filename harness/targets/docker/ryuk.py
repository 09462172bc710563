"""Testcontainers' Ryuk: a container that removes the others of a run once nobody speaks to it.

Testcontainers starts it as well, with a label of each process and a port on all of the machine's
addresses. Here one cleans up after all processes of a run, by the run's label, and listens where
the emulator does.

Source: https://github.com/testcontainers/moby-ryuk
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.emulator.cache import cache_dir
from harness.emulator.docker.endpoint import Endpoint

from . import labels
from .removing import remove_container

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

PORT: Final = 8080
PULL_SECONDS: Final = 20.0
READY_SECONDS: Final = 15.0
LOOK_SECONDS: Final = 0.1
FORGET_SECONDS: Final = 24 * 3600
"""How long it isn't tried again to get an image that couldn't be had."""


class Ryuk:
    """A connection that keeps a run's things; they go some seconds after the last one closes."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def close(self) -> None:
        self._connection.close()


def ryuk_image() -> str | None:
    """Return the name of Ryuk's image; None where the user switched it off."""
    from testcontainers.core.config import testcontainers_config

    return None if testcontainers_config.ryuk_disabled else testcontainers_config.ryuk_image


def is_available(engine: Engine) -> bool:
    """Say whether Ryuk's image is there or can be had, and get it."""
    import docker.errors

    image = ryuk_image()
    if image is None:
        return False
    with engine.explained(), contextlib.suppress(docker.errors.ImageNotFound):
        engine.client.images.get(image)
        return True
    return _pulled(engine, image)


def join(engine: Engine, run: str) -> Ryuk | None:
    """Speak to the Ryuk of a run, started if there is none; None when that doesn't work out."""
    import docker.errors

    image = ryuk_image()
    assert image is not None
    try:
        container = _of_run(engine, run) or _start(engine, image, run)
        return _connected(engine, container, run)
    except (OSError, docker.errors.APIError):
        # Such as an engine whose socket may not be mounted: our own reaper takes over.
        with contextlib.suppress(docker.errors.APIError):
            if left := _of_run(engine, run):
                remove_container(engine.client, left)
        return None


def joined(engine: Engine, run: str) -> Ryuk | None:
    """Speak to the Ryuk of a run, if it has one."""
    container = _of_run(engine, run)
    return _connected(engine, container, run) if container else None


def _pulled(engine: Engine, image: str) -> bool:
    marker = cache_dir() / "containers" / "no-ryuk"
    with contextlib.suppress(OSError):
        if time.time() - marker.stat().st_mtime < FORGET_SECONDS:
            return False
    done = threading.Event()

    def pull() -> None:
        with contextlib.suppress(Exception):
            engine.client.images.pull(image)
            done.set()

    # A registry that can't be reached may take minutes to say so; nobody waits for that.
    thread = threading.Thread(target=pull, name="pull-ryuk", daemon=True)
    thread.start()
    thread.join(PULL_SECONDS)
    if not done.is_set():
        _remember(marker)
    return done.is_set()


def _remember(marker: Path) -> None:
    with contextlib.suppress(OSError):
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()


def _of_run(engine: Engine, run: str) -> str | None:
    found = engine.client.api.containers(filters={"label": f"{labels.RYUK_OF}={run}"})
    return str(found[0]["Id"]) if found else None


def _start(engine: Engine, image: str, run: str) -> str:
    from testcontainers.core.config import testcontainers_config

    # An address without a port, for which the library's types have no word: any free one.
    published: Any = (engine.endpoint.published_host,)
    container = engine.client.containers.run(
        image,
        detach=True,
        auto_remove=True,
        labels={labels.RYUK_OF: run},
        ports={f"{PORT}/tcp": published},
        privileged=testcontainers_config.ryuk_privileged,
        environment={"RYUK_RECONNECTION_TIMEOUT": testcontainers_config.ryuk_reconnection_timeout},
        volumes={_socket(engine.endpoint): {"bind": "/var/run/docker.sock", "mode": "rw"}},
    )
    return str(container.id)


def _socket(endpoint: Endpoint) -> str:
    # On a remote engine's machine it is where Docker puts it.
    return str(endpoint.socket or "/var/run/docker.sock")


def _connected(engine: Engine, container: str, run: str) -> Ryuk:
    pause = threading.Event()
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            bindings = engine.client.api.port(container, PORT)
            if not bindings:
                raise ConnectionError("it has published no port")
            where = (engine.endpoint.published_host, int(bindings[0]["HostPort"]))
            return Ryuk(_introduced(where, run))
        except OSError:
            if time.monotonic() > end:
                raise
            pause.wait(LOOK_SECONDS)


def _introduced(where: tuple[str, int], run: str) -> socket.socket:
    connection = socket.create_connection(where, timeout=5)
    try:
        connection.sendall(f"label={labels.RUN}={run}\n".encode())
        if b"ACK" not in connection.recv(16):
            raise ConnectionError("it didn't acknowledge")
    except BaseException:
        connection.close()
        raise
    connection.settimeout(None)
    return connection
