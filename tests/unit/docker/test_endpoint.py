"""The engine that is used is the one that the user's own tools use."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest

from harness.emulator.docker import endpoint as endpoints
from harness.emulator.docker.endpoint import Endpoint, find_endpoint
from harness.errors import UsageProblem


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A user's home without Docker's settings, on a machine without Docker."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(endpoints.HOST_OVERRIDE, raising=False)
    monkeypatch.setattr(endpoints, "SYSTEM_SOCKET", tmp_path / "run" / "docker.sock")
    return tmp_path


@pytest.fixture
def context(home):
    """Makes a Docker context, as `docker context create` does."""

    def make(name, host, *, tls=False):
        digest = hashlib.sha256(name.encode()).hexdigest()
        meta = home / ".docker" / "contexts" / "meta" / digest / "meta.json"
        meta.parent.mkdir(parents=True)
        endpoint = {"Host": host, "SkipTLSVerify": False}
        meta.write_text(json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}))
        certificates = home / ".docker" / "contexts" / "tls" / digest / "docker"
        if tls:
            certificates.mkdir(parents=True)
        return certificates

    return make


def make_socket(file):
    file.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(file))


def test_docker_host_wins(context):
    context("mine", "tcp://10.0.0.9:2375")

    found = find_endpoint(
        {
            "DOCKER_HOST": "tcp://10.0.0.5:2376",
            "DOCKER_TLS_VERIFY": "1",
            "DOCKER_CERT_PATH": "/certificates",
            "DOCKER_CONTEXT": "mine",
        }
    )

    assert found == Endpoint("tcp://10.0.0.5:2376", "DOCKER_HOST", "/certificates", True)
    assert found.variables() == {
        "DOCKER_HOST": "tcp://10.0.0.5:2376",
        "DOCKER_TLS_VERIFY": "1",
        "DOCKER_CERT_PATH": "/certificates",
    }


def test_a_context_of_the_environment_is_used(context):
    context("mine", "tcp://10.0.0.9:2375")

    found = find_endpoint({"DOCKER_CONTEXT": "mine"})

    assert (found.url, found.source) == ("tcp://10.0.0.9:2375", 'the Docker context "mine"')


def test_the_chosen_context_is_used_with_its_certificates(home, context):
    certificates = context("mine", "tcp://10.0.0.9:2376", tls=True)
    (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": "mine"}))

    found = find_endpoint({})

    assert found.url == "tcp://10.0.0.9:2376"
    assert found.variables()["DOCKER_CERT_PATH"] == str(certificates)
    assert found.variables()["DOCKER_TLS_VERIFY"] == "1"


def test_a_context_that_is_missing_is_named(home):
    with pytest.raises(UsageProblem, match=r"no usable Docker context 'gone'\. \"docker context"):
        find_endpoint({"DOCKER_CONTEXT": "gone"})


def test_the_systems_socket_is_the_default(home):
    assert find_endpoint({}).socket == home / "run" / "docker.sock"


def test_a_rootless_engine_is_found_where_there_is_no_other(home):
    make_socket(home / "user" / "docker.sock")

    found = find_endpoint({"XDG_RUNTIME_DIR": str(home / "user")})

    assert found.socket == home / "user" / "docker.sock"


def test_a_rootless_engine_is_used_where_the_systems_may_not_be(home, monkeypatch):
    system, own = home / "run" / "docker.sock", home / "user" / "docker.sock"
    make_socket(system)
    make_socket(own)
    monkeypatch.setattr(endpoints.os, "access", lambda file, mode: file == own)

    assert find_endpoint({"XDG_RUNTIME_DIR": str(home / "user")}).socket == own


@pytest.mark.parametrize(
    ("url", "host", "is_here"),
    [
        ("unix:///var/run/docker.sock", "127.0.0.1", True),
        ("tcp://127.0.0.1:2375", "127.0.0.1", True),
        ("tcp://localhost:2375", "127.0.0.1", True),
        ("tcp://10.1.2.3:2376", "10.1.2.3", False),
        ("ssh://somebody@10.1.2.3", "10.1.2.3", False),
    ],
)
def test_ports_are_published_where_the_engine_is_reached(home, url, host, is_here):
    endpoint = Endpoint(url, "the test")

    assert (endpoint.published_host, endpoint.is_here) == (host, is_here)


def test_testcontainers_variable_says_where_published_ports_are_reached(home, monkeypatch):
    monkeypatch.setenv(endpoints.HOST_OVERRIDE, "172.17.0.1")

    assert Endpoint("unix:///var/run/docker.sock", "the test").published_host == "172.17.0.1"


def test_a_host_without_an_address_is_named(home, monkeypatch):
    def unknown(name):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(endpoints.socket, "gethostbyname", unknown)

    with pytest.raises(UsageProblem, match=r"'nowhere' has no address .*Correct DOCKER_HOST"):
        _ = Endpoint("tcp://nowhere:2375", "DOCKER_HOST").published_host
