"""Turns what an environment's processes write into log events.

Runtimes write their log records in frames (type, length, timestamp, message), `print` writes
plain text; both come through one pipe, so that their order is kept.
Source: `FramedTelemetryLogSink` of https://github.com/aws/aws-lambda-python-runtime-interface-client
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# 0xa5 begins no character of UTF-8, so that text can't be taken for a frame.
_FRAME = re.compile(rb"\xa5\x5a(\x00[\x00-\x1f]|\xff\xff)")
_EXIT = b"\xff\xff"
_HEAD_LENGTH = 16


@dataclass(frozen=True)
class LogEvent:
    """One entry of a log stream.

    Attributes:
        timestamp_ms: Since the epoch.
        message: Text, with the line's end as it was written.
    """

    timestamp_ms: int
    message: str


def as_text(events: list[LogEvent]) -> str:
    """Return events as one text, each on lines of its own."""
    return "".join(
        event.message if event.message.endswith("\n") else event.message + "\n" for event in events
    )


class LogStream:
    """Collects the events of one environment.

    Args:
        now_ms: Tells the time for text that comes without one.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._buffer = b""
        self._events: list[LogEvent] = []
        self.exit_report: dict[str, Any] | None = None

    def feed(self, data: bytes) -> None:
        """Take bytes from the pipe."""
        self._buffer += data
        while (frame := _FRAME.search(self._buffer)) is not None:
            # Text before a frame is complete: its writer has gone on to something else.
            self._text(self._buffer[: frame.start()])
            self._buffer = self._buffer[frame.start() :]
            if not self._frame(frame[1]):
                return
        complete = self._buffer.rfind(b"\n") + 1
        self._text(self._buffer[:complete])
        self._buffer = self._buffer[complete:]

    def add(self, message: str) -> None:
        """Put lines of the platform's own after all that has come."""
        self.end_line()
        self._text(message.encode())

    def end_line(self) -> None:
        """Take text without a line's end as a line: nothing more of it will come."""
        if not _FRAME.match(self._buffer):
            self._text(self._buffer)
            self._buffer = b""

    def take(self) -> list[LogEvent]:
        """Return the events that came since the last call."""
        events, self._events = self._events, []
        return events

    def _text(self, text: bytes) -> None:
        # Not splitlines: a carriage return is how a runtime keeps lines together.
        for line in re.findall(rb"[^\n]*\n|[^\n]+$", text):
            self._events.append(LogEvent(self._now_ms(), line.decode("utf-8", "replace")))

    def _frame(self, kind: bytes) -> bool:
        end = _HEAD_LENGTH + int.from_bytes(self._buffer[4:8], "big")
        if len(self._buffer) < max(end, _HEAD_LENGTH):
            return False
        microseconds = int.from_bytes(self._buffer[8:16], "big")
        message = self._buffer[_HEAD_LENGTH:end]
        self._buffer = self._buffer[end:]
        if kind == _EXIT:
            self.exit_report = json.loads(message)
        elif message:
            text = message.decode("utf-8", "replace")
            self._events.append(LogEvent(microseconds // 1000, text))
        return True
