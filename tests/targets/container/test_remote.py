"""A Docker engine on another machine: here this machine's, reached at an address of its bridge."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading

import psutil
import pytest

from harness import wire
from harness.targets import guard

BUFFER = 65536


class Relay:
    """Passes what comes to a TCP port on to a unix socket."""

    def __init__(self, address, file):
        self._file, self._open = file, []
        self._listening = socket.create_server((address, 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        for one in (self._listening, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self._file)
                self._open += [here, there]
                for source, sink in ((here, there), (there, here)):
                    threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(BUFFER):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture
def address():
    """An address of this machine that isn't loopback: the one of Docker's bridge, or another."""
    found = {
        name: one.address
        for name, addresses in psutil.net_if_addrs().items()
        for one in addresses
        if one.family == socket.AF_INET and not one.address.startswith("127.")
    }
    assert found, "the machine has no address but loopback"
    return found.get("docker0") or next(iter(found.values()))


@pytest.fixture
def remote(engine, address, image, target, monkeypatch):
    """A target whose engine is reached by TCP, started."""
    if engine.endpoint.socket is None:
        pytest.skip("the machine's engine has no socket to pass on")
    relay = Relay(address, str(engine.endpoint.socket))
    monkeypatch.setenv("DOCKER_HOST", f"tcp://{address}:{relay.port}")
    started = target()
    started.start()
    yield started
    started.stop()
    relay.close()


def test_a_remote_engine_is_used_and_nothing_else_is_let_through(remote, address, engine):
    assert remote.endpoint_url.startswith(f"http://{address}:")
    name = remote.describe()["container"]
    published = engine.client.api.inspect_container(name)["NetworkSettings"]["Ports"]
    assert [one["HostIp"] for several in published.values() for one in several or []] == [address]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", remote.port), timeout=5)

    assert remote.allowed_hosts == {address}
    guard.install(allow=remote.allowed_hosts, names_at=remote.names_at)
    try:
        account = remote.new_account()
        remote.client("sqs", account=account).create_queue(QueueName="q")
        remote.release_account(account)
        assert "QueueUrls" not in remote.client("sqs", account=account).list_queues()

        ours = ("abc.localhost.localstack.cloud", remote.port)
        with socket.create_connection(ours, timeout=5) as connection:
            assert connection.getpeername()[0] == address
        with pytest.raises(guard.OutboundRefused):
            socket.create_connection(("203.0.113.1", remote.port), timeout=5)
    finally:
        guard.uninstall()


def test_its_control_api_answers_under_that_address_alone(remote, address):
    def status(host):
        connection = http.client.HTTPConnection(address, remote.port)
        connection.request("POST", wire.RESET_PATH, body="{}", headers={"Host": host})
        return connection.getresponse().status

    assert status("evil.example") == 403
    assert status(f"{address}:{remote.port}") == 400  # let in, and told what is missing
