"""The emulator's container, as Testcontainers runs it."""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import WaitStrategy, WaitStrategyTarget

from harness import wire
from harness.emulator.health import info_of
from harness.emulator.image.layout import DOCKER_SOCKET, PORT_VARIABLE
from harness.emulator.image.privileges import (
    DROPPED_CAPABILITIES,
    lift_proc_masks,
    security_options,
)

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

READY_SECONDS: Final = 120.0
LOOK_SECONDS: Final = 0.05
IMAGE_MAPPING: Final = "LAMBDA_RUNTIME_IMAGE_MAPPING"
"""LocalStack's variable: which images run the runtimes that need one, such as a mirror's."""


class EndedError(Exception):
    """The container ended while it started."""


class EmulatorContainer(DockerContainer):
    """One container of our image.

    Not Testcontainers' `LocalStackContainer`: that one publishes a random port for 4566 on all
    addresses, waits for a line in the log, and imports boto3. Ours has the same port inside and
    out, because LocalStack writes its port into the URLs that it answers with, on loopback alone,
    and is ready when its control API answers.

    Args:
        engine: Where it runs.
        image: Name of the image.
        port: Its port, inside and out.
        labels: Its labels.
    """

    def __init__(self, engine: Engine, image: str, *, port: int, labels: Mapping[str, str]) -> None:
        name = f"aws-pattern-harness-{secrets.token_hex(4)}"
        with engine.in_environment():
            super().__init__(image, name=name)
        # A prefix for images from a registry has no business before one that is made here.
        self.image, self.name = image, name
        self.engine, self.host, self.port = engine, engine.endpoint.published_host, port
        self.with_env(PORT_VARIABLE, str(port))
        if not engine.endpoint.is_here:
            self.with_env(wire.ALLOWED_HOSTS, self.host)
        if mounted := os.environ.get(wire.DOCKER_SOCKET):
            self.with_volume_mapping(mounted, str(DOCKER_SOCKET), "rw")
        if mapping := os.environ.get(IMAGE_MAPPING):
            self.with_env(IMAGE_MAPPING, mapping)
        self.with_kwargs(
            group_add=[_group_of(mounted)] if mounted else [],
            labels=dict(labels),
            security_opt=security_options(),
            cap_drop=DROPPED_CAPABILITIES,
            read_only=True,
        )
        lift_proc_masks(self.get_docker_client().client.api)
        self.waiting_for(ControlApiAnswers())

    def start(self) -> Self:
        # Ours cleans up by run in place of by process: harness.targets.docker.cleaner.
        with self.engine.in_environment(), _without_its_ryuk():
            return super().start()

    def _configure(self) -> None:
        self.ports = {f"{self.port}/tcp": (self.host, self.port)}  # type: ignore[dict-item]


def _group_of(mounted: str) -> int:
    # On another machine it can't be looked at; root's group is a socket's that has no other.
    try:
        return Path(mounted).stat().st_gid
    except OSError:
        return 0


class ControlApiAnswers(WaitStrategy):
    """Waits until the emulator's control API answers, or its container has ended."""

    def wait_until_ready(self, container: WaitStrategyTarget) -> None:
        """Return when it answers.

        Raises:
            EndedError: The container has ended.
            TimeoutError: It runs and doesn't answer.
        """
        assert isinstance(container, EmulatorContainer)
        pause = threading.Event()
        end = time.monotonic() + READY_SECONDS
        while info_of(container.port, host=container.host) is None:
            container.reload()
            if container.status in ("exited", "dead"):
                raise EndedError
            if time.monotonic() > end:
                raise TimeoutError
            pause.wait(LOOK_SECONDS)


@contextmanager
def _without_its_ryuk() -> Iterator[None]:
    before = testcontainers_config.ryuk_disabled
    testcontainers_config.ryuk_disabled = True
    try:
        yield
    finally:
        testcontainers_config.ryuk_disabled = before
