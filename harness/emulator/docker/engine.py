"""A connection to Docker's engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from harness.errors import MissingRequirement

from .endpoint import Endpoint, find_endpoint
from .problems import explained

if TYPE_CHECKING:
    import docker

OLDEST: Final = (1, 40)
OLDEST_SAYS: Final = "Docker 19.03 (API 1.40)"
CONNECT_SECONDS: Final = 10
ANSWER_SECONDS: Final = 60

_ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}


class Engine:
    """Docker's engine, spoken to through its own library.

    Args:
        endpoint: Where it is.
        client: A client of it.
        api: Version of its API.
    """

    def __init__(self, endpoint: Endpoint, client: docker.DockerClient, api: str) -> None:
        self.endpoint, self.client, self.api = endpoint, client, api

    @property
    def architecture(self) -> str:
        """Its machine's architecture, as images name it."""
        with self.explained():
            said = str(self.client.info().get("Architecture", ""))
        return _ARCHITECTURES.get(said, said)

    def check_image(self, image: str) -> None:
        """Make sure that an image can run here.

        Raises:
            MissingRequirement: It is for another architecture.
        """
        with self.explained():
            made_for = str(self.client.images.get(image).attrs.get("Architecture") or "")
        if made_for and made_for != self.architecture:
            raise MissingRequirement(
                f"The image {image} is for {made_for}, and the Docker engine runs on "
                f"{self.architecture}.",
                "Make it on that engine: 'harness image build --rebuild'.",
            )

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Word what goes wrong while somebody speaks to it."""
        with explained(self.endpoint):
            yield

    @contextmanager
    def in_environment(self) -> Iterator[None]:
        """Have libraries that read Docker's environment variables find this engine."""
        before = {name: os.environ.get(name) for name in self.endpoint.variables()}
        os.environ.update(self.endpoint.variables())
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def connect(endpoint: Endpoint | None = None) -> Engine:
    """Return a connection to the engine.

    Args:
        endpoint: Where it is; where the user's own tools find it when absent.

    Raises:
        MissingRequirement: There is none, it may not be used, doesn't answer, or is too old.
    """
    import docker

    endpoint = endpoint or find_endpoint()
    with explained(endpoint):
        try:
            client = docker.from_env(
                environment=endpoint.variables(),
                timeout=CONNECT_SECONDS,
                use_ssh_client=endpoint.url.startswith("ssh://"),
            )
        except docker.errors.InvalidVersion as problem:
            raise _too_old(endpoint, "older than 1.24") from problem
        said = client.version()
    api = str(said.get("ApiVersion", "0"))
    if tuple(int(part) for part in api.split(".")) < OLDEST:
        raise _too_old(endpoint, api)
    client.api.timeout = ANSWER_SECONDS
    return Engine(endpoint, client, api)


def _too_old(endpoint: Endpoint, api: str) -> MissingRequirement:
    return MissingRequirement(
        f"The Docker engine at {endpoint.socket or endpoint.url} is too old (API {api}).",
        f"Update it to {OLDEST_SAYS} or later.",
    )
