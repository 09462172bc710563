"""Lines for people while a fixture works, past pytest's capturing."""

from __future__ import annotations

from typing import Any, Final, Protocol

import pytest

ANNOUNCER = "harness-events"
_ONLY_MOVING: Final = 3
"""How verbose a log has to be for lines that the next one is meant to replace."""


class Tell(Protocol):
    """Shows a line, and tells `harness run`."""

    def __call__(self, line: str, *, level: int = 1, passing: bool = False) -> None:
        """Show a line.

        Args:
            line: The line.
            level: How verbose a run must be to show it.
            passing: Whether the next line replaces it, where lines can be replaced; elsewhere it
                isn't worth a line of its own.
        """


def teller(config: pytest.Config) -> Tell:
    """Return a function that shows a line, on a terminal or with -v, and tells `harness run`."""
    announcer: Any = config.pluginmanager.get_plugin(ANNOUNCER)
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    is_terminal = reporter is not None and reporter.isatty
    verbosity = config.get_verbosity() + (1 if is_terminal else 0)

    def tell(line: str, *, level: int = 1, passing: bool = False) -> None:
        if announcer is not None:
            moving = max(level, _ONLY_MOVING) if passing else level
            announcer.announce("progress", line=line, level=moving)
        if reporter is None or verbosity < level or (passing and not is_terminal):
            return
        with capture.global_and_fixture_disabled():
            if passing:
                reporter.rewrite(f"  {line}", erase=True)
            else:
                reporter.ensure_newline()
                reporter.write_line(f"  {line}")

    return tell
