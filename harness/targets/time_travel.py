"""What a target offers that has the capability `time-travel`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol


class TargetTime(Protocol):
    """A target's time that can be moved; such a target has it as its attribute `time`."""

    def now(self) -> datetime:
        """Return the target's date and time, aware and in UTC."""

    def advance(self, duration: timedelta) -> None:
        """Let a span of the target's time pass, with all that falls due in it, in order."""

    def run_until(self, assertion: Callable[[], object], within: timedelta) -> object:
        """Let the target's time pass until an assertion holds, and return what it returned.

        Raises:
            AssertionError: It didn't hold within that span of the target's time.
        """

    def describe(self) -> str:
        """Say in a line where the target's time stands, once it was moved; before that nothing."""
