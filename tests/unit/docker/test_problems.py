"""What Docker's engine refuses is told in one sentence, with the remedy in another."""

from __future__ import annotations

import socket

import pytest

from harness.emulator.docker import engine as engines
from harness.emulator.docker.endpoint import Endpoint
from harness.emulator.docker.engine import connect
from harness.emulator.docker.problems import EngineGone, PortTakenThereError
from harness.errors import HarnessError, MissingRequirement

IMAGE = "aws-pattern-harness:test"


@pytest.fixture
def engine(fake_engine):
    return connect(fake_engine.endpoint)


def test_no_docker(tmp_path):
    with pytest.raises(
        MissingRequirement,
        match=r"There is no Docker engine: .*/absent \(the test\) doesn't exist\. "
        r"Install and start Docker, or point DOCKER_HOST to an engine\. The embedded target",
    ):
        connect(Endpoint(f"unix://{tmp_path}/absent", "the test"))


def test_no_permission(fake_engine, monkeypatch):
    def refuse(connection, address):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    with pytest.raises(
        MissingRequirement, match=r"You may not use the Docker engine at .*usermod -aG docker"
    ):
        connect(fake_engine.endpoint)


def test_a_socket_without_an_engine(tmp_path):
    file = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(file))  # the file stays, nobody listens

    with pytest.raises(EngineGone, match=r"No Docker engine listens at .*systemctl start docker"):
        connect(Endpoint(f"unix://{file}", "the test"))


def test_an_engine_that_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 0.1)
    file = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(file))
        listening.listen()

        with pytest.raises(EngineGone, match=r"doesn't answer\. .*journalctl -u docker"):
            connect(Endpoint(f"unix://{file}", "the test"))


def test_an_engine_that_ends_meanwhile(fake_engine, engine):
    fake_engine.breaks_off("GET /containers/json")

    with (
        pytest.raises(EngineGone, match=r"broke off the connection\. It may have ended"),
        engine.explained(),
    ):
        engine.client.api.containers()


@pytest.mark.parametrize("api", ["1.24", "1.12", "1.39"])
def test_an_engine_that_is_too_old(fake_engine, api):
    fake_engine.answers("GET /version", {"Version": "1.12", "ApiVersion": api})

    with pytest.raises(MissingRequirement, match=r"is too old .*Update it to Docker 19\.03"):
        connect(fake_engine.endpoint)


def test_an_image_for_another_architecture(fake_engine, engine):
    fake_engine.answers("GET /images/.*/json", {"Id": "sha256:1", "Architecture": "arm64"})

    with pytest.raises(
        MissingRequirement,
        match=rf"The image {IMAGE} is for arm64, and the Docker engine runs on amd64\. .*--rebuild",
    ):
        engine.check_image(IMAGE)


# Docker's own words, as an engine 20.10 says them.
@pytest.mark.parametrize(
    ("message", "kind", "sentence"),
    [
        (
            "error creating overlay mount to /var/lib/docker/overlay2/0f-init/merged: "
            "no space left on device",
            MissingRequirement,
            r"Docker's disk is full.*docker system df",
        ),
        (
            "write /var/lib/docker/tmp/GetImageBlob1: no space left on device",
            MissingRequirement,
            r"Docker's disk is full.*docker image prune",
        ),
        (
            "driver failed programming external connectivity on endpoint e (0f): Bind for "
            "127.0.0.1:4610 failed: port is already allocated",
            PortTakenThereError,
            "4610",
        ),
        (
            "driver failed programming external connectivity on endpoint e (0f): Error starting "
            "userland proxy: listen tcp4 127.0.0.1:4610: bind: address already in use",
            PortTakenThereError,
            "4610",
        ),
        (
            "driver failed programming external connectivity on endpoint e (0f): Error starting "
            "userland proxy: listen tcp4 10.1.2.3:4610: bind: cannot assign requested address",
            MissingRequirement,
            "TESTCONTAINERS_HOST_OVERRIDE",
        ),
        (
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to "
            'start container process: exec: "/entrypoint": exec format error: unknown',
            MissingRequirement,
            r"another architecture.*image build --rebuild",
        ),
        (
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to "
            'start container process: exec: "/entrypoint": stat /entrypoint: no such file or '
            "directory: unknown",
            HarnessError,
            r"image is incomplete.*image build --rebuild",
        ),
        (
            "Error response: something that nobody foresaw",
            HarnessError,
            r"refused: Error response: something that nobody foresaw\..*docker info",
        ),
    ],
    ids=[
        "disk full at the mount",
        "disk full at a write",
        "port of another container",
        "port of another process",
        "address of another machine",
        "architecture",
        "image half built",
        "unforeseen",
    ],
)
def test_refusals(fake_engine, engine, message, kind, sentence):
    fake_engine.refuses("POST /containers/0f/start", message)

    with pytest.raises(kind, match=sentence), engine.explained():
        engine.client.api.start("0f")


def test_the_environment_is_as_before(fake_engine, engine, monkeypatch):
    import os

    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.5:2375")
    with engine.in_environment():
        assert os.environ["DOCKER_HOST"] == fake_engine.endpoint.url

    assert os.environ["DOCKER_HOST"] == "tcp://10.0.0.5:2375"
