"""What executions send to other services: status changes and dead letters, one after the other.

An execution's own threads and the clock's don't wait for it.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable

from harness.overlays.core import clock

LOG = logging.getLogger(__name__)

_waiting: queue.SimpleQueue[tuple[str, Callable[[], None], contextlib.ExitStack]] = (
    queue.SimpleQueue()
)
_lock = threading.Lock()
_thread: threading.Thread | None = None


def post(what: str, send: Callable[[], None]) -> None:
    """Have something sent after everything that was posted before.

    Args:
        what: What it is, for people.
        send: Sends it; a failure is logged, and nobody else hears of it.
    """
    global _thread
    work = contextlib.ExitStack()
    work.enter_context(clock.busy(what))
    _waiting.put((what, send, work))
    with _lock:
        if _thread is None:
            _thread = threading.Thread(target=_run, name="durable-outbox", daemon=True)
            _thread.start()


def _run() -> None:
    while True:
        what, send, work = _waiting.get()
        with work:
            try:
                send()
            except Exception as problem:
                LOG.warning("%s wasn't delivered: %s", what, problem)
