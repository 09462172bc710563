"""Brings log events to CloudWatch Logs, in order, off the invoking thread."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from localstack.utils.bootstrap import is_api_enabled

from .credentials import sessions
from .inner_calls import act_as, inner
from .log_stream import LogEvent

LOG = logging.getLogger(__name__)
_BATCH: Final = 10_000  # events of one PutLogEvents
_GATHERED_SECONDS: Final = 0.2
"""How long events are gathered: a call for each invocation would slow down the invocations."""


@dataclass(frozen=True)
class Destination:
    """One log stream, and as whom to write to it.

    Attributes:
        group: Log group.
        stream: Its stream.
        region: Region name.
        role: The function's role.
        function: The function's name.
    """

    group: str
    stream: str
    region: str
    role: str
    function: str


class LogDelivery:
    """One thread for all functions of the emulator; starts with the first events."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Destination, list[LogEvent]]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def put(self, destination: Destination, events: list[LogEvent]) -> None:
        """Deliver events of one stream, after all that came before."""
        if not events or not is_api_enabled("logs"):
            return
        self._queue.put((destination, events))
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="function-logs", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        writer = _Writer()
        while True:
            waiting: dict[Destination, list[LogEvent]] = {}
            destination, events = self._queue.get()
            until = time.monotonic() + _GATHERED_SECONDS
            while True:
                waiting.setdefault(destination, []).extend(events)
                try:
                    destination, events = self._queue.get(timeout=until - time.monotonic())
                except (queue.Empty, ValueError):
                    break
            for destination, events in waiting.items():
                try:
                    writer.write(destination, events)
                except Exception as problem:
                    # A role that may not write logs loses them, as on AWS.
                    LOG.warning("No logs in %s: %s", destination.group, problem)


def chronological(events: list[LogEvent]) -> list[dict[str, Any]]:
    """Write events for PutLogEvents, which takes them in the order of their time alone."""
    records = []
    latest = 0
    for event in events:
        # A frame carries the time when it was written, text the time when it was read.
        latest = max(latest, event.timestamp_ms)
        records.append({"timestamp": latest, "message": event.message})
    return records


class _Writer:
    """Writes to streams and knows which of them exist; used by one thread."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def write(self, destination: Destination, events: list[LogEvent]) -> None:
        keys = sessions.of(destination.role, destination.region, destination.function)
        logs = inner().get_client("logs", region_name=destination.region)
        act_as(logs, keys)
        place = {"logGroupName": destination.group, "logStreamName": destination.stream}
        if destination.stream not in self._known:
            _create_stream(logs, place)
            self._known.add(destination.stream)
        records = chronological(events)
        for start in range(0, len(records), _BATCH):
            batch = records[start : start + _BATCH]
            try:
                logs.put_log_events(**place, logEvents=batch)
            except logs.exceptions.ResourceNotFoundException:
                # Somebody has deleted the group or the stream meanwhile.
                _create_stream(logs, place)
                logs.put_log_events(**place, logEvents=batch)


def _create_stream(logs: Any, place: dict[str, str]) -> None:
    exists = logs.exceptions.ResourceAlreadyExistsException
    try:
        logs.create_log_stream(**place)
    except logs.exceptions.ResourceNotFoundException:
        with contextlib.suppress(exists):
            logs.create_log_group(logGroupName=place["logGroupName"])
        with contextlib.suppress(exists):
            logs.create_log_stream(**place)
    except exists:
        pass


delivery: Final = LogDelivery()
