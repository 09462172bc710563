"""The URLs that custom resources' providers put their answers to.

AWS has them in a bucket, signed; here each is a path with a token that nobody can guess.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from localstack import config
from localstack.http import Request, Response
from localstack.services.edge import ROUTER

from harness import wire
from harness.overlays.core import clock

PATH: Final = f"{wire.CONTROL_PREFIX}/cloudformation-responses"


class Mailbox:
    """Where one answer is awaited.

    Attributes:
        url: Where to put it, from this machine.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._body: bytes | None = None
        self._came = threading.Event()

    def put(self, body: bytes) -> None:
        if self._body is None:
            self._body = body
        self._came.set()

    def wait(self, within: timedelta) -> bytes | None:
        """Return the first answer; None when there is none in time."""
        clock.wait(self._came, clock.now() + within.total_seconds(), what="service timeout")
        return self._body


_awaited: dict[str, Mailbox] = {}


def serve() -> None:
    """Serve the URLs on the emulator's own port."""
    ROUTER.add(f"{PATH}/<token>", _take, methods=["PUT"])


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Make a URL that takes an answer while this context lasts."""
    token = secrets.token_urlsafe()
    port = config.GATEWAY_LISTEN[0].port
    made = _awaited[token] = Mailbox(f"http://127.0.0.1:{port}{PATH}/{token}")
    try:
        yield made
    finally:
        del _awaited[token]


def _take(request: Request, token: str) -> Response:
    if awaiting := _awaited.get(token):
        awaiting.put(request.get_data())
        return Response(status=200)
    return Response("Nobody waits for this answer.", status=403)
