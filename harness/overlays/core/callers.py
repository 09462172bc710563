"""Who calls the emulator's APIs from inside: what is behind a request is parked with it.

A poller that waits in a queue is calm, and so is a function that does; but what they see of it is
a request under way. So a request says which work has sent it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Final

from harness import wire

from .clock import in_flight
from .in_flight import Work

WORK_HEADER: Final = "x-harness-work"
_ACCESS_KEY: Final = re.compile(r"Credential=([^/]+)/")

_lock = threading.Lock()
_work_of_keys: dict[str, list[Work]] = {}


def counted(request: Any) -> AbstractContextManager[Any]:
    """Count a request as in flight; those of the control API don't count."""
    if request.path.startswith(wire.CONTROL_PREFIX):
        return nullcontext()
    what = request.headers.get("X-Amz-Target") or f"{request.method} {request.path}"
    return in_flight.work(what, behind=_sender(request))


def mark(request: Any, **_: Any) -> None:
    """Have a botocore request say whose it is; for the event `before-send`."""
    if (work := in_flight.current) is not None:
        request.headers[WORK_HEADER] = str(work.number)


@contextmanager
def acting_as(access_key: str) -> Iterator[None]:
    """Take requests with an access key for this thread's work, in this context.

    A function's process doesn't know what its invocation is here. Of several invocations with one
    key any will do: what counts is how many of them are parked.
    """
    work = in_flight.current
    if work is None:
        yield
        return
    with _lock:
        _work_of_keys.setdefault(access_key, []).append(work)
    try:
        yield
    finally:
        with _lock:
            works = _work_of_keys[access_key]
            works.remove(work)
            if not works:
                del _work_of_keys[access_key]


def _sender(request: Any) -> Work | None:
    if number := request.headers.get(WORK_HEADER):
        return in_flight.named(int(number)) if number.isdecimal() else None
    if not _work_of_keys:
        return None
    if found := _ACCESS_KEY.search(request.headers.get("Authorization", "")):
        with _lock:
            works = list(_work_of_keys.get(found[1], ()))
        return next((work for work in works if not work.parked), None)
    return None
