"""One connection that speaks HTTP/1.1, on either side of the front door."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11

from .faults import Answer
from .operations import Request

_CHUNK: Final = 65536
_OF_ONE_CONNECTION: Final = frozenset(
    {b"connection", b"content-length", b"expect", b"keep-alive", b"transfer-encoding"}
)


class Wire:
    """An HTTP connection.

    Args:
        side: `h11.SERVER` or `h11.CLIENT`: which side is ours.
    """

    def __init__(
        self, side: Any, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._http = h11.Connection(side)
        self._reader, self._writer = reader, writer

    async def request(self) -> tuple[h11.Request, Request] | None:
        """Return the next request with all its body; None when there is none."""
        head = await self._event()
        if not isinstance(head, h11.Request):
            return None
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
        return head, Request(
            method=head.method.decode(),
            target=head.target.decode(),
            headers={name.decode(): value.decode("latin-1") for name, value in head.headers},
            body=bytes(body),
        )

    async def answer(self, answer: Answer) -> None:
        """Send an answer of our own."""
        headers = [*answer.headers, ("content-length", str(len(answer.body)))]
        await self._send(h11.Response(status_code=answer.status, headers=headers))
        await self._send(h11.Data(data=answer.body))
        await self._send(h11.EndOfMessage())

    async def send_request(self, head: h11.Request, request: Request) -> None:
        """Send another's request on as it is; the signature covers what matters of it."""
        headers = [
            (name, value)
            for name, value in head.headers.raw_items()
            if name.lower() not in _OF_ONE_CONNECTION
        ]
        if request.body or request.method in ("POST", "PUT"):
            headers.append((b"content-length", str(len(request.body)).encode()))
        await self._send(h11.Request(method=head.method, target=head.target, headers=headers))
        await self._send(h11.Data(data=request.body))
        await self._send(h11.EndOfMessage())

    async def response(self) -> h11.Response:
        """Return the head of the response.

        Raises:
            ConnectionError: There is none.
        """
        while isinstance(event := await self._event(), h11.InformationalResponse):
            pass
        if not isinstance(event, h11.Response):
            raise ConnectionResetError("the emulator has closed the connection")
        return event

    async def pass_on(self, response: h11.Response, origin: Wire) -> bytes:
        """Send another's response on, its body as it comes; returns the body."""
        headers = [
            (name, value)
            for name, value in response.headers.raw_items()
            if name.lower() not in (b"connection", b"keep-alive")
        ]
        await self._send(
            h11.Response(status_code=response.status_code, headers=headers, reason=response.reason)
        )
        body = bytearray()
        while isinstance(event := await origin._event(), h11.Data):
            body += event.data
            await self._send(event)
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError("the emulator has closed the connection")
        await self._send(event)
        return bytes(body)

    def goes_on(self) -> bool:
        """Say whether there may be another request, and make ready for it."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        self._http.start_next_cycle()
        return True

    def end(self) -> None:
        self._writer.close()

    async def _event(self) -> Any:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                await self._send(h11.InformationalResponse(status_code=100, headers=[]))
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event

    async def _send(self, event: Any) -> None:
        if data := self._http.send(event):
            self._writer.write(data)
            await self._writer.drain()
