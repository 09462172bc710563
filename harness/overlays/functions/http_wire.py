"""HTTP/1.1 as far as runtime clients speak it: a parser of requests, a writer of responses.

The invoking thread reads a request at a time from one connection; a server with threads of its
own would cost a hand-over for each invocation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus

HEAD_LIMIT = 2 * 1024 * 1024
"""Bytes of a request's head: the X-Ray cause in an error's header may have 1 MiB."""


class BadRequest(ValueError):
    """What came isn't HTTP as we speak it."""


@dataclass
class Request:
    """A request that has arrived completely.

    Attributes:
        method: Such as `POST`.
        path: As sent.
        headers: Names in lower case.
        body: Without the chunks' framing; cut off at the reader's limit.
        trailers: Headers that followed a chunked body.
        size: Bytes of the whole body.
        keeps_alive: Whether the client may send another one.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    trailers: dict[str, str] = field(default_factory=dict)
    size: int = 0
    keeps_alive: bool = True


class Reader:
    """Cuts requests out of the bytes of one connection.

    Args:
        limit: Bytes of a body that are kept; the rest is counted alone.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._request: Request | None = None
        self._kept = bytearray()
        self._to_come = 0
        self._state = "head"
        self.wants_go_ahead = False

    def feed(self, data: bytes) -> None:
        """Take bytes from the connection."""
        self._buffer += data

    def next_request(self) -> Request | None:
        """Return the next complete request, or None until more bytes have come.

        Raises:
            BadRequest: Not HTTP.
        """
        while True:
            step = getattr(self, f"_read_{self._state}")
            if not step():
                return None
            if self._state == "done":
                request, self._request = self._request, None
                assert request is not None
                request.body, self._kept = bytes(self._kept), bytearray()
                self._state = "head"
                return request

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > HEAD_LIMIT:
                raise BadRequest(f"a head of more than {HEAD_LIMIT} bytes")
            return False
        first, *lines = self._take(end + 4)[:-4].decode("latin-1").split("\r\n")
        parts = first.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            raise BadRequest(f"request line {first!r}")
        headers = _headers(lines)
        self._request = Request(parts[0], parts[1], headers)
        self._request.keeps_alive = (
            parts[2] != "HTTP/1.0" and headers.get("connection", "").lower() != "close"
        )
        self.wants_go_ahead = headers.get("expect", "").lower() == "100-continue"
        if headers.get("transfer-encoding", "").lower() == "chunked":
            self._state = "chunk_size"
        else:
            try:
                self._to_come = int(headers.get("content-length", "0"))
            except ValueError as problem:
                raise BadRequest("content-length isn't a number") from problem
            self._state = "body"
        return True

    def _read_body(self) -> bool:
        self._keep()
        if self._to_come:
            return False
        self._state = "done"
        return True

    def _read_chunk_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        try:
            self._to_come = int(line.partition(b";")[0], 16)
        except ValueError as problem:
            raise BadRequest("chunk size isn't a number") from problem
        self._state = "chunk" if self._to_come else "trailers"
        return True

    def _read_chunk(self) -> bool:
        self._keep()
        if self._to_come:
            return False
        self._state = "chunk_end"
        return True

    def _read_chunk_end(self) -> bool:
        if self._line() is None:
            return False
        self._state = "chunk_size"
        return True

    def _read_trailers(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line:
            assert self._request is not None
            self._request.trailers.update(_headers([line.decode("latin-1")]))
        else:
            self._state = "done"
        return True

    def _keep(self) -> None:
        assert self._request is not None
        part = self._take(min(self._to_come, len(self._buffer)))
        self._to_come -= len(part)
        self._request.size += len(part)
        self._kept += part[: max(0, self._limit - len(self._kept))]

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        return None if end < 0 else self._take(end + 2)[:-2]

    def _take(self, count: int) -> bytes:
        part = bytes(self._buffer[:count])
        del self._buffer[:count]
        return part


def response(
    status: int, body: bytes = b"", headers: dict[str, str] | None = None, *, closes: bool = False
) -> bytes:
    """Write a response."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {_clean(value)}" for name, value in (headers or {}).items()]
    lines.append(f"Content-Length: {len(body)}")
    if closes:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("utf-8") + body


def _headers(lines: list[str]) -> dict[str, str]:
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadRequest(f"header line {line!r}")
        headers[name.strip().lower()] = value.strip()
    return headers


def _clean(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
