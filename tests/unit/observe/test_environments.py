"""The view of execution environments, against a small server in an emulator's place."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from harness import wire
from harness.errors import HarnessError
from harness.observe.environments import environments_at, environments_in

ONE = {"account": "1", "function": "visitor", "tenant": "ana", "environment": "a"}
ENVIRONMENTS = [
    ONE,
    {**ONE, "tenant": "bob", "environment": "b"},
    {**ONE, "function": "generic", "tenant": None, "environment": "c"},
    {**ONE, "account": "2", "environment": "d"},
]


@pytest.fixture
def serving():
    """Start a server that answers the environments' path with a body; return its address."""
    servers = []

    def start(body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == wire.ENVIRONMENTS_PATH else 404)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "abc"),
        ({"function": "visitor"}, "ab"),
        ({"function": "visitor", "tenant": "bob"}, "b"),
        ({"function": "nothing"}, ""),
    ],
    ids=["all of the account", "a function's", "a tenant's", "none"],
)
def test_environments_are_told_apart(serving, asked, found):
    environments = environments_in(serving(json.dumps(ENVIRONMENTS).encode()), "1")
    assert "".join(one["environment"] for one in environments(**asked)) == found


def test_a_proxy_of_the_machine_is_passed_by(serving, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert environments_at(serving(b"[]")) == []


def test_an_emulator_that_is_gone_is_named():
    with pytest.raises(HarnessError, match=r"127\.0\.0\.1:1 doesn't show its environments"):
        environments_at("http://127.0.0.1:1")


def test_what_is_no_emulator_is_named(serving):
    with pytest.raises(HarnessError, match="doesn't show its environments"):
        environments_at(serving(b"<html>"))
