"""The `clock` fixture: lets AWS's time pass, by travelling where the target can, else by waiting.

A test says how much time its pattern takes. Whether it has to be waited for is the target's
affair: its capability `time-travel` decides. What would take longer than a run may wait is
skipped, with that reason: nothing is shown by a wait that didn't happen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

import pytest

from harness.observe import machine_time
from harness.observe.durations import duration_of, in_words
from harness.observe.eventually import eventually

from .capabilities import PROPERTY as LACKS
from .capabilities import TIME_TRAVEL
from .telling import Tell, teller

if TYPE_CHECKING:
    from harness.targets.base import Target
    from harness.targets.time_travel import TargetTime

T = TypeVar("T")

OPTION: Final = "longest_wait"
DEFAULT_LONGEST_WAIT: Final = "15m"
SHORTENED: Final = "shortened"
"""Name under which a test's report carries what stood in for a longer time."""

LONGEST_WAIT: Final = pytest.StashKey[timedelta]()
"""On pytest's configuration: how long a run may wait at a time."""
CURRENT: Final = pytest.StashKey[pytest.Item]()
"""On pytest's configuration: the test that runs now."""

_LOOK: Final = timedelta(seconds=1)
_REMIND: Final = timedelta(minutes=1)
_BAR: Final = 24


def add_options(parser: pytest.Parser) -> None:
    """Declare what limits waiting, as an option and as a setting of pytest's file."""
    group = parser.getgroup("harness", "AWS pattern harness")
    group.addoption(
        "--longest-wait",
        metavar="DURATION",
        help="skip what would have to wait longer for AWS's time, such as 90s or 1h30m "
        f"(default: longest_wait in pytest's settings, else {DEFAULT_LONGEST_WAIT})",
    )
    parser.addini(
        OPTION,
        help="how long the clock fixture may wait where time can't be moved",
        default=DEFAULT_LONGEST_WAIT,
    )


def longest_wait_of(config: pytest.Config) -> timedelta:
    """Read how long a run may wait at a time.

    Raises:
        UsageProblem: It isn't a duration.
    """
    return duration_of(str(config.getoption(OPTION) or config.getini(OPTION)))


class Clock:
    """A target's time.

    Args:
        travel: The time of a target that can move it; None where it has to be waited for.
        longest_wait: How long a wait may be.
        tell: Called with a line for people while it waits.
        current: Returns the test that runs.
    """

    def __init__(
        self,
        travel: TargetTime | None,
        *,
        longest_wait: timedelta,
        tell: Tell,
        current: Callable[[], pytest.Item | None] = lambda: None,
    ) -> None:
        self._travel, self._longest_wait = travel, longest_wait
        self._tell, self._current = tell, current

    @property
    def can_travel(self) -> bool:
        """Whether time is moved; where it isn't, it is waited for."""
        return self._travel is not None

    def now(self) -> datetime:
        """Return the date and time on the target, in UTC."""
        return self._travel.now() if self._travel else machine_time.timestamp()

    def advance(self, **span: float) -> None:
        """Let time pass: `clock.advance(minutes=5)`.

        Where the target can't move its time, this waits, and says how long is left. What is longer
        than a run may wait (`--longest-wait`) skips the test.

        Args:
            **span: As `timedelta` takes it.

        Raises:
            ValueError: Time would go back.
        """
        duration = timedelta(**span)
        if duration < timedelta():
            raise ValueError(f"time doesn't go back, so not by {duration}")
        if self._travel is not None:
            self._travel.advance(duration)
        elif duration > self._longest_wait:
            self._skip(f"{in_words(duration)} would have to pass")
        else:
            self._wait(duration)

    def run_until(self, assertion: Callable[[], T], *, within: timedelta) -> T:
        """Let time pass until an assertion holds, and return what it returned.

        Args:
            assertion: Looks at the world and asserts; False means "not yet" as well.
            within: How much of the target's time may pass. Where that is longer than a run may
                wait, and the assertion doesn't hold by then, the test is skipped.

        Raises:
            AssertionError: The last one, when it doesn't hold in that time.
        """

        def holds() -> T:
            result = assertion()
            assert result is not False, "the condition is still false"
            return result

        if self._travel is not None:
            # What it returned when it held: a second look may take away what the first has seen.
            return cast("T", self._travel.run_until(holds, within))
        limit = min(within, self._longest_wait)
        self._tell(f"clock: waiting up to {in_words(limit)} for {_name(assertion)}", level=2)
        try:
            return eventually(holds, within=limit)
        except AssertionError as failure:
            if within <= self._longest_wait:
                raise
            self._skip(f"{in_words(within)} may have to pass ({failure})")

    def shortened(self, real: timedelta, *, to: timedelta) -> timedelta:
        """Return a duration for a template's parameter: the real one where time can be moved.

        A pattern that waits seven days for somebody shows the same in a minute, if its template
        takes the wait as a parameter. The test's report says what stood in for what.

        Args:
            real: What the pattern is about.
            to: What stands in for it where time has to be waited for.

        Raises:
            ValueError: That would be longer.
        """
        if to > real:
            raise ValueError(f"{to} doesn't shorten {real}")
        if self._travel is not None or real == to:
            return real
        if (item := self._current()) is not None:
            item.user_properties.append((SHORTENED, f"{in_words(real)} to {in_words(to)}"))
        self._tell(f"clock: {in_words(to)} in place of {in_words(real)}")
        return to

    def _wait(self, duration: timedelta) -> None:
        start, reminded = machine_time.now(), timedelta()
        self._tell(f"clock: waiting {in_words(duration)}, for this target's time can't be moved")
        while (passed := machine_time.now() - start) < duration:
            left = duration - passed
            self._tell(f"clock: {_bar(passed / duration)} {in_words(left)} left", passing=True)
            if passed - reminded >= _REMIND:
                reminded = passed
                self._tell(f"clock: {in_words(left)} left", level=2)
            machine_time.pause(min(_LOOK, left))

    def _skip(self, why: str) -> NoReturn:
        if (item := self._current()) is not None:
            item.user_properties.append((LACKS, TIME_TRAVEL))
        pytest.skip(
            f"{why}, which only a target that can move time shows ({TIME_TRAVEL}); "
            f"a run waits {in_words(self._longest_wait)} at most (--longest-wait)"
        )


def clock_of(target: Target, config: pytest.Config) -> Clock:
    """Return a target's clock: its own where it can move time."""
    can_travel = TIME_TRAVEL in target.capabilities
    travel: Any = getattr(target, "time") if can_travel else None  # noqa: B009
    return Clock(
        travel,
        longest_wait=config.stash[LONGEST_WAIT],
        tell=teller(config),
        current=lambda: config.stash.get(CURRENT, None),
    )


def _bar(done: float) -> str:
    filled = round(done * _BAR)
    return "█" * filled + "░" * (_BAR - filled)


def _name(assertion: Callable[..., object]) -> str:
    return getattr(assertion, "__name__", "a condition").replace("_", " ").strip("<>")
