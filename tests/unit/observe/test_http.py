"""The client for the addresses in a stack's outputs."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from harness.observe.http import EndpointTransport, http_client


class Echo(BaseHTTPRequestHandler):
    """Answers with the host and path that it was asked for."""

    def do_GET(self) -> None:
        body = f"{self.headers['Host']} {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_of_aws_is_served_at_the_endpoint_under_its_own_name(endpoint):
    with http_client(endpoint) as http:
        answer = http.get("https://abc.execute-api.us-east-1.amazonaws.com/live/path?a=b")

    assert answer.text == "abc.execute-api.us-east-1.amazonaws.com /live/path?a=b"


def test_no_proxy_of_the_machine_comes_between(endpoint, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    with http_client(endpoint) as http:
        assert http.get("https://abc.execute-api.us-east-1.amazonaws.com/").status_code == 200


@pytest.mark.parametrize("endpoint_url", ["https://amazonaws.com.example", "http://127.0.0.1:4566"])
def test_whatever_isnt_aws_is_an_emulator(endpoint_url):
    assert isinstance(http_client(endpoint_url)._transport, EndpointTransport)


def test_aws_itself_is_spoken_to_as_it_is():
    client = http_client("https://lambda.us-east-1.amazonaws.com")

    assert not isinstance(client._transport, EndpointTransport)
    assert isinstance(client._transport, httpx.HTTPTransport)
