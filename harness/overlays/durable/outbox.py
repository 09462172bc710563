"""What executions send to other services: status changes and dead letters, one after the other.

An execution's own threads and the clock's don't wait for it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

from harness.overlays.core import clock

LOG = logging.getLogger(__name__)

_waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
_lock = threading.Lock()
_thread: threading.Thread | None = None


def post(what: str, send: Callable[[], None]) -> None:
    """Have something sent after everything that was posted before.

    Args:
        what: What it is, for people.
        send: Sends it; a failure is logged, and nobody else hears of it.
    """
    global _thread
    _waiting.put(clock.carried(what, lambda: _send(what, send)))
    with _lock:
        if _thread is None:
            _thread = threading.Thread(target=_run, name="durable-outbox", daemon=True)
            _thread.start()


def _run() -> None:
    while True:
        _waiting.get()()


def _send(what: str, send: Callable[[], None]) -> None:
    try:
        send()
    except Exception as problem:
        LOG.warning("%s wasn't delivered: %s", what, problem)
