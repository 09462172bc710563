"""The one way in: signatures of known users, AWS's APIs, and nothing of an emulator's own.

It answers over https, and over http on the same port, as some of AWS's services do; what came over
https goes on over https.

It stands before an emulator, passes requests on as they are and keeps a list of them. What an
emulator offers beside AWS's APIs isn't there, and on request something goes wrong.
"""

from __future__ import annotations

import asyncio
import re
import socket
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
TLS_HANDSHAKE: Final = b"\x16"
_KEY: Final = re.compile(rb"<AccessKeyId>([^<]+)<")
_SESSION: Final = re.compile(rb"<AssumedRoleUser>.*?<Arn>([^<]+)<", re.DOTALL)
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
    """Serves on loopback until it is closed, in a thread of its own.

    Args:
        context: The certificate to show.
        upstream: Port of the emulator behind it.
        authority: File with the certificates that the emulator goes by.
        callers: Who each access key belongs to; others are refused.
        port: Where to listen; any free port for 0.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        *,
        upstream: int,
        authority: str,
        callers: Mapping[str, Caller],
        port: int = 0,
    ) -> None:
        self._context, self._upstream, self._callers = context, upstream, dict(callers)
        self._trusting = ssl.create_default_context(cafile=authority)
        self.port = port
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.witness: Witness | None = None
        self._listening: socket.socket | None = None
        self._arrivals: asyncio.Task[None] | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
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
        self._listening = socket.create_server((LOOPBACK, self.port))
        self._listening.setblocking(False)
        self.port = self._listening.getsockname()[1]
        self._arrivals = asyncio.create_task(self._admit(self._listening))

    async def _cut(self) -> None:
        if self._arrivals is not None and self._listening is not None:
            self._arrivals.cancel()
            self._arrivals = None
            self._listening.close()
        for writer in list(self._open):
            writer.transport.abort()
        while serving := [task for task in self._open.values() if task]:
            await asyncio.wait(serving)

    async def _admit(self, listening: socket.socket) -> None:
        guests: set[asyncio.Task[None]] = set()
        while True:
            guest, _ = await self._loop.sock_accept(listening)
            task = asyncio.create_task(self._greet(guest))
            guests.add(task)
            task.add_done_callback(guests.discard)

    async def _greet(self, guest: socket.socket) -> None:
        """Find out whether a guest speaks TLS, and serve it."""
        try:
            is_secure = await _first_byte(guest) == TLS_HANDSHAKE
            reader = asyncio.StreamReader()
            protocol = asyncio.StreamReaderProtocol(reader)
            context = self._context if is_secure else None
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, guest, ssl=context
            )
        except OSError:  # it went away, or didn't like the certificate
            guest.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        await self._serve(reader, writer, is_secure)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_secure: bool
    ) -> None:
        self._open[writer] = asyncio.current_task()
        outer, inner = Wire(h11.SERVER, reader, writer), None
        try:
            while (taken := await outer.request()) is not None:
                head, request = taken
                answer, operation, caller = self._decided(request)
                if answer is None:
                    inner = inner or await self._inner(is_secure)
                    self._show(operation, is_done=False)
                    await inner.send_request(head, request)
                    response = await inner.response()
                    self._show(operation, is_done=True)
                    self._note(operation, caller, response.status_code)
                    body = await outer.pass_on(response, inner)
                    self._let_in(operation, caller, body)
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
            self._open.pop(writer, None)

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

    def _let_in(self, operation: Operation | None, caller: Caller, answer: bytes) -> None:
        """Know whoever has just assumed a role."""
        if operation is None or str(operation) != "sts:AssumeRole":
            return
        if (key := _KEY.search(answer)) and (arn := _SESSION.search(answer)):
            self._callers[key[1].decode()] = Caller(caller.account, arn[1].decode())

    async def _inner(self, is_secure: bool) -> Wire:
        context = self._trusting if is_secure else None
        return Wire(
            h11.CLIENT, *await asyncio.open_connection(LOOPBACK, self._upstream, ssl=context)
        )


async def _first_byte(guest: socket.socket) -> bytes:
    """Return what a guest says first, and leave it to be read."""
    guest.setblocking(False)
    loop = asyncio.get_running_loop()
    is_readable = loop.create_future()
    loop.add_reader(guest, lambda: is_readable.done() or is_readable.set_result(None))
    try:
        await is_readable
    finally:
        loop.remove_reader(guest)
    return guest.recv(1, socket.MSG_PEEK)
