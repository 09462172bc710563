"""Writes what a run on AWS called beside its report: all its processes together."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from harness.targets.aws.calls import FILE, OF_THIS_PROCESS, write_calls

from .run_target import RUN_TARGET
from .worker_input import input_of

COUNTED: Final = "harness_calls"
"""Where a worker's output carries what it called."""


class CallsRecorder:
    """Gathers the counts of the processes of a run.

    Args:
        folder: Where the report goes.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._file.unlink(missing_ok=True)  # an earlier run's

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[COUNTED] = OF_THIS_PROCESS.counted()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        OF_THIS_PROCESS.add((getattr(node, "workeroutput", None) or {}).get(COUNTED, ()))

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        # After the run has taken away what it made: that takes calls as well.
        if input_of(config) is None and OF_THIS_PROCESS.counted():
            write_calls(self._file, config.stash[RUN_TARGET].target.name, OF_THIS_PROCESS)
