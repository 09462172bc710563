"""The image, as a Docker engine runs it. Without an engine these tests are skipped, but for CI."""

from __future__ import annotations

import os
import secrets
import time

import pytest

from harness.emulator import ports
from harness.emulator.docker.engine import connect
from harness.emulator.health import ask, info_of
from harness.emulator.image import privileges
from harness.emulator.image.build import build_image
from harness.errors import HarnessError

NEEDED = "HARNESS_NEEDS_DOCKER"
"""Environment variable: `1` has these tests fail where they would be skipped."""
READY_SECONDS = 180


def unavailable(problem):
    """Skip for what the machine lacks, and say so; fail where it must not lack it."""
    reason = f"no container can be made here: {problem}"
    if os.environ.get(NEEDED) == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def engine():
    """Docker's engine."""
    try:
        return connect()
    except HarnessError as problem:
        unavailable(problem)


@pytest.fixture(scope="session")
def image(engine):
    """The name of this version's image, built when it isn't there."""
    try:
        return build_image()
    except HarnessError as problem:
        unavailable(problem)


class Standing:
    """A container of the image whose emulator answers."""

    def __init__(self, container, port):
        self.container, self.port = container, port

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def info(self):
        """What the emulator says about itself once all overlays are in."""
        ask(self.port, "GET", "/_harness/overlays", timeout_seconds=READY_SECONDS)
        return info_of(self.port, timeout_seconds=60)

    def run(self, *command):
        """Run a program in the container and return what it said."""
        done = self.container.exec_run(list(command))
        assert done.exit_code == 0, done.output
        return done.output.decode()


@pytest.fixture(scope="module")
def standing(engine, image):
    """Starts containers of the image and removes them."""
    started = []

    def start(*, are_functions_apart=True, variables=None, **options):
        port = ports.free_port()
        api = connect()
        if are_functions_apart:
            privileges.lift_proc_masks(api.client.api)
            options["security_opt"] = privileges.security_options()
        container = api.client.containers.run(
            image,
            name=f"image-test-{secrets.token_hex(4)}",
            detach=True,
            environment={"HARNESS_PORT": str(port), **(variables or {})},
            ports={f"{port}/tcp": ("127.0.0.1", port)},
            cap_drop=privileges.DROPPED_CAPABILITIES,
            read_only=True,
            **options,
        )
        started.append(container)
        await_answer(container, port)
        return Standing(container, port)

    yield start
    for container in started:
        container.remove(force=True, v=True)


def await_answer(container, port):
    deadline = time.monotonic() + READY_SECONDS
    while info_of(port) is None:
        container.reload()
        assert container.status == "running", container.logs().decode()
        assert time.monotonic() < deadline, container.logs().decode()
        time.sleep(0.1)
