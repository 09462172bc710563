"""Work in lanes: each in order, all at once, by a few threads.

A target that takes its time holds up its own events only, and gets them in the order in which they
came. LocalStack delivers an event to one target after the other, in a thread for each event.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from harness.overlays.core import clock

LOG = logging.getLogger(__name__)

THREADS: Final = 16

Job = Callable[[], Any]


class Lanes:
    """Lanes by name; one exists as long as it has work."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="events")
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Job]] = {}

    def put(self, lane: str, what: str, job: Job) -> None:
        """Do something after all that was put into its lane before; in flight from now on.

        Args:
            lane: The lane's name.
            what: What is done, in words for people.
            job: Does it.
        """
        carried = clock.carried(what, job)
        with self._lock:
            waiting = self._waiting.get(lane)
            if waiting is not None:
                waiting.append(carried)
                return
            self._waiting[lane] = deque([carried])
        self._pool.submit(self._do_one, lane)

    def put_beside(self, what: str, job: Job) -> None:
        """Do something as soon as a thread is free; in flight from now on."""
        self._pool.submit(_do, clock.carried(what, job))

    def _do_one(self, lane: str) -> None:
        with self._lock:
            job = self._waiting[lane][0]
        _do(job)
        with self._lock:
            waiting = self._waiting[lane]
            waiting.popleft()
            if not waiting:
                del self._waiting[lane]
                return
        # To the end of the queue: a lane with much to do doesn't keep a thread from the others.
        self._pool.submit(self._do_one, lane)


def _do(job: Job) -> None:
    try:
        job()
    except Exception:
        LOG.exception("EventBridge could not go on with an event")
