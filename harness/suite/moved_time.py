"""Tests that move time, kept apart from those that don't.

An emulator has one clock for all its accounts, and it never goes back. Modules whose tests use the
fixture `clock` therefore come after the others, and each of pytest-xdist's workers runs them on an
emulator of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from .capabilities import TIME_TRAVEL
from .run_target import RunTarget

FIXTURE: Final = "clock"


class MovedTime:
    """Looks for tests that move time, once they are collected.

    Args:
        run_target: The run's target, which isn't made before.
    """

    def __init__(self, run_target: RunTarget) -> None:
        self._run_target = run_target

    # Last of all, so that whoever shuffles or chooses tests has done it.
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        movers = modules_that_move_time(items)
        if not movers:
            return
        self._run_target.is_moved = True
        if TIME_TRAVEL in self._run_target.target.capabilities:
            items.sort(key=lambda item: item.path in movers)  # a stable sort


def keep_order(config: pytest.Config) -> None:
    """Have pytest-xdist hand out modules in their order, not those with most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def modules_that_move_time(items: Sequence[pytest.Item]) -> set[object]:
    """Return the files with a test that uses the fixture, directly or by another one."""
    return {item.path for item in items if FIXTURE in getattr(item, "fixturenames", ())}
