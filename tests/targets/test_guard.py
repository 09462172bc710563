"""Without --real-aws, nothing in a test process gets beyond this machine."""

from __future__ import annotations

import asyncio
import socket

import boto3
import pytest

from harness.targets import guard, loopback_names


@pytest.fixture
def guarded():
    guard.install()
    yield
    guard.uninstall()


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_a_client_made_by_hand_does_not_reach_aws(guarded):
    sqs = boto3.client(
        "sqs",
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )

    with pytest.raises(Exception, match=r"tried to reach sqs.us-east-1.amazonaws.com"):
        sqs.list_queues()


@pytest.mark.parametrize("address", ["203.0.113.1", "2001:db8::1", "::ffff:203.0.113.1"])
def test_an_address_beyond_this_machine_is_refused(guarded, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(guard.OutboundRefused, match=address):
        connection.connect((address, 443))


def test_a_datagram_beyond_this_machine_is_refused(guarded):
    with (
        socket.socket(type=socket.SOCK_DGRAM) as sender,
        pytest.raises(guard.OutboundRefused, match=r"203\.0\.113\.1"),
    ):
        sender.sendto(b"x", ("203.0.113.1", 53))


def test_asyncio_is_refused_as_well(guarded):
    with pytest.raises(guard.OutboundRefused, match=r"203\.0\.113\.1"):
        asyncio.run(asyncio.open_connection("203.0.113.1", 443))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "x.localhost.localstack.cloud"])
def test_this_machine_is_open(guarded, server, host):
    socket.create_connection((host, server)).close()


def test_an_allowed_host_is_let_through(monkeypatch):
    guard.uninstall()
    reached = []
    monkeypatch.setattr(
        socket.socket, "connect_ex", lambda connection, address: reached.append(address)
    )
    guard.install(allow=["203.0.113.1"])
    try:
        with socket.socket() as connection:
            connection.connect_ex(("203.0.113.1", 443))
    finally:
        guard.uninstall()
    assert reached == [("203.0.113.1", 443)]


def test_the_emulators_names_mean_where_it_is(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest: asked.append(host))
    guard.install(allow=["203.0.113.1"], names_at="203.0.113.1")
    try:
        socket.getaddrinfo("abc.lambda-url.us-east-1.localhost.localstack.cloud", 80)
        socket.getaddrinfo("localhost", 80)
    finally:
        guard.uninstall()

    assert asked == ["203.0.113.1", "127.0.0.1"]


def test_unix_sockets_are_open(guarded, tmp_path):
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as connection:
        listening.bind(str(tmp_path / "s"))
        listening.listen()
        connection.connect(str(tmp_path / "s"))


def test_nothing_of_it_stays_behind():
    before = (socket.socket.connect, socket.socket.sendto, socket.getaddrinfo)
    guard.install()
    guard.install()
    guard.uninstall()

    assert (socket.socket.connect, socket.socket.sendto, socket.getaddrinfo) == before


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("localhost.localstack.cloud", True),
        ("abc.lambda-url.us-east-1.localhost.localstack.cloud", True),
        ("ABC.Execute-Api.localhost.localstack.cloud.", True),
        (b"s3.localhost.localstack.cloud", True),
        ("localstack.cloud", False),
        ("notlocalhost.localstack.cloud", False),
        ("localhost.localstack.cloud.example.com", False),
        (None, False),
    ],
)
def test_names_of_the_emulator(host, is_ours):
    assert loopback_names.is_emulators(host) is is_ours
