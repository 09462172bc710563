"""A Docker engine that answers as it is told to."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from http.server import BaseHTTPRequestHandler

import pytest

from harness.emulator.docker.endpoint import Endpoint

VERSION = {"Version": "20.10.24", "ApiVersion": "1.41", "MinAPIVersion": "1.12", "Os": "linux"}
INFO = {"Architecture": "x86_64", "OSType": "linux"}


class FakeEngine:
    """An HTTP server on a unix socket that knows Docker's paths.

    Attributes:
        asked: The requests so far, as `POST /containers/create`.
    """

    def __init__(self, file):
        self.file, self.asked = file, []
        self._answers = {"GET /version": (200, VERSION), "GET /info": (200, INFO)}
        engine = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def address_string(self):
                return "client"

            def log_message(self, *args):
                pass

            def do_any(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path = re.sub(r"^/v[\d.]+", "", self.path).partition("?")[0]
                answer = engine._answer(f"{self.command} {path}")
                if answer is None:  # broken off, as when the engine ends
                    self.close_connection = True
                    self.connection.close()
                    return
                status, document = answer
                body = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_DELETE = do_HEAD = do_any  # noqa: N815

        class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass

        self._server = Server(str(file), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def endpoint(self):
        return Endpoint(f"unix://{self.file}", "the test")

    def answers(self, request, document, status=200):
        """Answer a request, a pattern such as `GET /images/.*/json`, with a document."""
        self._answers[request] = (status, document)

    def refuses(self, request, message, status=500):
        """Refuse a request with a message, as Docker words it."""
        self.answers(request, {"message": message}, status)

    def breaks_off(self, request):
        """End the connection in place of an answer."""
        self._answers[request] = None

    def end(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.file.unlink()

    def _answer(self, asked):
        self.asked.append(asked)
        for request in reversed(self._answers):
            if re.fullmatch(request, asked):
                return self._answers[request]
        return 404, {"message": f"page not found: {asked}"}


@pytest.fixture
def fake_engine(tmp_path):
    engine = FakeEngine(tmp_path / "docker.sock")
    yield engine
    engine.end()
