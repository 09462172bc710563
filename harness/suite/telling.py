"""Lines for people while a fixture works, past pytest's capturing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Tell = Callable[..., None]
ANNOUNCER = "harness-events"


def teller(config: pytest.Config) -> Tell:
    """Return a function that shows a line, on a terminal or with -v, and tells `harness run`."""
    announcer: Any = config.pluginmanager.get_plugin(ANNOUNCER)
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    verbosity = config.get_verbosity() + (1 if reporter is not None and reporter.isatty else 0)

    def tell(line: str, *, level: int = 1) -> None:
        if announcer is not None:
            announcer.announce("progress", line=line, level=level)
        if reporter is not None and verbosity >= level:
            with capture.global_and_fixture_disabled():
                reporter.ensure_newline()
                reporter.write_line(f"  {line}")

    return tell
