"""The Runtime API of one environment's process, served by whatever thread waits for it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from . import http_wire
from .function_errors import RESPONSE_LIMIT
from .log_stream import LogStream

STREAMED_LIMIT: Final = 200 * 1024 * 1024
_READ_SIZE: Final = 1 << 18
_PULSE_SECONDS: Final = 0.05
_PREFIX: Final = "/2018-06-01/runtime/"
_OPERATION = re.compile(r"invocation/(?P<id>[^/]+)/(?P<what>response|error)$")
_OK = b'{"status":"OK"}\n'


@dataclass
class Connection:
    """A connection that the runtime opened."""

    socket: socket.socket
    reader: http_wire.Reader

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Send a response; a client that is gone already is no problem here."""
        with contextlib.suppress(OSError):
            self.socket.sendall(http_wire.response(status, body, headers))

    def accept(self) -> None:
        """Say that a response or an error has been taken."""
        self.answer(202, _OK, {"Content-Type": "application/json"})

    def refuse(self, status: int, error_type: str, message: str) -> None:
        """Say what is wrong with a request."""
        document = {"errorMessage": message, "errorType": error_type}
        self.answer(status, json.dumps(document).encode(), {"Content-Type": "application/json"})


@dataclass(frozen=True)
class Call:
    """A request of the runtime.

    Attributes:
        what: `next`, `response`, `error` or `init_error`.
        connection: Where the answer goes.
        request: As it came.
        request_id: Which invocation it is about, where it is about one.
    """

    what: str
    connection: Connection
    request: http_wire.Request
    request_id: str = ""


class RuntimeApi:
    """Listens for one process, and reads what it writes.

    Args:
        log_pipe: Descriptor to read the process's output from; closed with this object.
        stream: Where the output goes.
    """

    def __init__(self, log_pipe: int, stream: LogStream) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._listener.setblocking(False)
        self._log_pipe = log_pipe
        os.set_blocking(log_pipe, False)
        self._stream = stream
        self._connections: dict[int, Connection] = {}
        self._pending: list[Call] = []
        self._poll = select.poll()
        for descriptor in (self._listener.fileno(), log_pipe):
            self._poll.register(descriptor, select.POLLIN)
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.has_ended = False

    def wait(self, deadline: float, watch: Callable[[], None]) -> Call | None:
        """Wait for the runtime's next call.

        Args:
            deadline: On the monotonic clock.
            watch: Called every now and then while waiting.

        Returns:
            The call; None when the process has ended (`has_ended`) or the deadline has passed.
        """
        while True:
            if self._pending:
                return self._pending.pop(0)
            remaining = deadline - time.monotonic()
            if self.has_ended or remaining <= 0:
                return None
            ready = self._poll.poll(min(remaining, _PULSE_SECONDS) * 1000)
            if not ready:
                watch()
            for descriptor, _ in ready:
                self._serve(descriptor)

    def drain(self) -> None:
        """Read what has been written and sent up to now, without waiting."""
        for descriptor, _ in self._poll.poll(0):
            self._serve(descriptor)
        if not self.has_ended:
            self._read_log()

    def close(self) -> None:
        """Let go of all descriptors, after a last look at the process's output."""
        with contextlib.suppress(OSError):
            self.drain()
        for connection in self._connections.values():
            connection.socket.close()
        self._connections.clear()
        self._pending.clear()
        self._listener.close()
        if self._log_pipe >= 0:
            os.close(self._log_pipe)
            self._log_pipe = -1

    def _serve(self, descriptor: int) -> None:
        if descriptor == self._log_pipe:
            self._read_log()
        elif descriptor == self._listener.fileno():
            with contextlib.suppress(BlockingIOError):
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connections[client.fileno()] = Connection(
                    client, http_wire.Reader(limit=STREAMED_LIMIT)
                )
                self._poll.register(client.fileno(), select.POLLIN)
        elif connection := self._connections.get(descriptor):
            self._read(descriptor, connection)

    def _read_log(self) -> None:
        while True:
            try:
                data = os.read(self._log_pipe, _READ_SIZE)
            except BlockingIOError:
                return
            if not data:
                self._poll.unregister(self._log_pipe)
                self.has_ended = True
                return
            self._stream.feed(data)
            if self._stream.exit_report is not None:
                self._poll.unregister(self._log_pipe)
                self.has_ended = True
                return
            if len(data) < _READ_SIZE:
                return

    def _read(self, descriptor: int, connection: Connection) -> None:
        try:
            data = connection.socket.recv(_READ_SIZE)
            connection.reader.feed(data)
            while request := connection.reader.next_request():
                self._accept(Call("", connection, request))
        except (OSError, http_wire.BadRequest):
            data = b""
        if connection.reader.wants_go_ahead:
            connection.reader.wants_go_ahead = False
            with contextlib.suppress(OSError):
                connection.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if not data:
            self._poll.unregister(descriptor)
            del self._connections[descriptor]
            connection.socket.close()

    def _accept(self, call: Call) -> None:
        path = call.request.path
        operation = path.removeprefix(_PREFIX)
        if operation != path:
            if operation == "invocation/next" and call.request.method == "GET":
                self._pending.append(Call("next", call.connection, call.request))
                return
            if operation == "init/error":
                self._pending.append(Call("init_error", call.connection, call.request))
                return
            if match := _OPERATION.match(operation):
                self._pending.append(
                    Call(match["what"], call.connection, call.request, match["id"])
                )
                return
        call.connection.refuse(404, "NotFound", f"{call.request.method} {path} isn't served here.")


def is_streamed(request: http_wire.Request) -> bool:
    """Whether a response was sent in Lambda's streaming mode."""
    return request.headers.get("lambda-runtime-function-response-mode") == "streaming"


def is_too_large(request: http_wire.Request) -> bool:
    """Whether a response exceeds what Lambda takes."""
    return request.size > (STREAMED_LIMIT if is_streamed(request) else RESPONSE_LIMIT)
