"""Ports of the loopback interface."""

from __future__ import annotations

import socket

from harness.emulator.health import info_of
from harness.emulator.ports import free_port, is_free, taken


def test_a_free_port_is_free_and_a_taken_one_is_not():
    port = free_port()
    assert is_free(port)

    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)

    assert is_free(port)


def test_whoever_took_it_is_named():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        assert f"Port {port} is taken by " in taken(port).problem


def test_nobody_answers_on_a_free_port():
    assert info_of(free_port()) is None


def test_a_server_that_is_no_emulator_is_not_taken_for_one():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert info_of(listening.getsockname()[1], timeout_seconds=0.05) is None
