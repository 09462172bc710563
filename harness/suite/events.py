"""Tells `harness run` what happens while it happens: a file that grows by a JSON line an event.

All processes of a run append to it. A line is written with one call in append mode, which the
kernel doesn't interleave with another.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harness.observe.redaction import redacted
from harness.report.model import pattern_of

from .evidence import harness_error_of
from .recording import Phases


class Announcer:
    """Appends events to a file.

    Args:
        file: The file; other processes of the run append to it as well.
    """

    def __init__(self, file: Path, *, is_worker: bool) -> None:
        self._file, self._is_worker = file, is_worker
        self._phases = Phases()
        self._is_announced = False

    def announce(self, event: str, **facts: Any) -> None:
        line = redacted(json.dumps({"event": event, **facts})) + "\n"
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        # The controller of pytest-xdist collects nothing itself, and all workers the same.
        if not self._is_worker and session.items:
            self._collected([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node: object, ids: list[str]) -> None:
        if not self._is_announced:
            self._collected(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        if not self._is_worker:
            self.announce("started", test=nodeid, pattern=pattern_of(nodeid))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._is_worker:
            return
        if (test := self._phases.add(report)) is not None:
            self.announce(
                "ended",
                test=test.id,
                pattern=test.pattern,
                outcome=test.outcome,
                reason=test.reason,
            )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        # A machine that lacks something isn't a scenario that failed: the exit code says which.
        if error := harness_error_of(call):
            self.announce("problem", exit_code=error.exit_code, message=str(error))

    def _collected(self, ids: list[str]) -> None:
        self._is_announced = True
        self.announce("collected", tests=dict(Counter(pattern_of(test_id) for test_id in ids)))
