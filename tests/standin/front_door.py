"""The one way in: https, signatures of known users, AWS's APIs, and nothing of an emulator's own.

It stands before an emulator, passes requests on as they are and keeps a list of them. What an
emulator offers beside AWS's APIs isn't there, and on request something goes wrong.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import h11

from .faults import UNKNOWN_KEY, UNSIGNED, Answer, Caller, Fault
from .operations import Operation, Request, operation_of, signature_of
from .wire import Wire

LOOPBACK: Final = "127.0.0.1"
NOT_AWS: Final = ("/_harness", "/_localstack", "/_aws", "/_extension", "/health")
_OWN_NAMES: Final = (LOOPBACK, "localhost")
_NOBODY: Final = Caller("", "")


@dataclass(frozen=True)
class Call:
    """A signed request that came in.

    Attributes:
        operation: What it asked for.
        account: Of the user who signed it; empty for a key that nobody has.
        status: Of the answer; 0 when there was none.
    """

    operation: Operation
    account: str
    status: int


class Witness(Protocol):
    """Is told of each call of a known user, twice, before anything goes on."""

    def __call__(self, operation: Operation, *, is_done: bool) -> None:
        """Take note of a call: as it arrives, and once it is done but not answered yet."""


class FrontDoor:
    """Serves TLS on loopback until it is closed, in a thread of its own.

    Args:
        context: The certificate to show.
        upstream: Port of the emulator behind it.
        callers: Who each access key belongs to; others are refused.
        port: Where to listen; any free port for 0.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        upstream: int,
        callers: Mapping[str, Caller],
        port: int = 0,
    ) -> None:
        self._context, self._upstream, self._callers = context, upstream, callers
        self.port = port
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.witness: Witness | None = None
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"https://{LOOPBACK}:{self.port}"

    def open(self) -> None:
        """Begin to listen; after `lose_network` again, on the same port."""
        if not self._thread.is_alive():
            self._thread.start()
        self._do(self._listen())

    def lose_network(self) -> None:
        """Cut all connections, and take no new ones until `open`."""
        self._do(self._cut())

    def close(self) -> None:
        """Stop for good."""
        self.lose_network()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, LOOPBACK, self.port, ssl=self._context
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        while self._open:
            await asyncio.sleep(0.01)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        outer, inner = Wire(h11.SERVER, reader, writer), None
        try:
            while (taken := await outer.request()) is not None:
                head, request = taken
                answer, operation, caller = self._decided(request)
                if answer is None:
                    inner = inner or await self._inner()
                    self._show(operation, is_done=False)
                    await inner.send_request(head, request)
                    response = await inner.response()
                    self._show(operation, is_done=True)
                    self._note(operation, caller, response.status_code)
                    await outer.pass_on(response, inner)
                    inner = inner if inner.goes_on() else inner.end()
                else:
                    self._note(operation, caller, answer.status)
                    if answer.status == 0:
                        return
                    await outer.answer(answer)
                if not outer.goes_on():
                    return
        except (OSError, h11.ProtocolError):
            return  # the other side is gone, or was cut off
        finally:
            for wire in filter(None, (outer, inner)):
                wire.end()
            self._open.discard(writer)

    def _show(self, operation: Operation | None, *, is_done: bool) -> None:
        if self.witness is not None and operation is not None:
            self.witness(operation, is_done=is_done)

    def _note(self, operation: Operation | None, caller: Caller, status: int) -> None:
        # Before it is answered: whoever has an answer finds the call in the list.
        if operation is not None:
            self.calls.append(Call(operation, caller.account, status))

    def _decided(self, request: Request) -> tuple[Answer | None, Operation | None, Caller]:
        """Return the answer to a request, None to pass it on; what it asks for, and who asks."""
        if request.path.startswith(NOT_AWS):
            return Answer(404), None, _NOBODY
        signature = signature_of(request)
        if signature is None:
            # Deployed APIs and function URLs decide for themselves; AWS's own APIs don't.
            host = request.headers.get("host", "").partition(":")[0]
            return (UNSIGNED if host in _OWN_NAMES else None), None, _NOBODY
        operation = operation_of(request, signature)
        caller = self._callers.get(signature.access_key)
        if caller is None:
            return UNKNOWN_KEY.answer(operation, _NOBODY), operation, _NOBODY
        for fault in self.faults:
            if fault.strikes(operation):
                return fault.answer(operation, caller), operation, caller
        return None, operation, caller

    async def _inner(self) -> Wire:
        return Wire(h11.CLIENT, *await asyncio.open_connection(LOOPBACK, self._upstream))
