"""The time of an emulator, which can be moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from harness import wire
from harness.errors import HarnessError
from harness.observe.durations import in_words
from harness.observe.eventually import eventually

T = TypeVar("T")

ADVANCE_SECONDS: Final = 3600.0
"""How long the emulator may take for one advance, in the machine's time."""
_LAST_LOOK: Final = timedelta(seconds=10)
_SOON: Final = timedelta(seconds=5)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Ask(Protocol):
    """Sends a request to the control API and returns HTTP status and document."""

    def __call__(
        self, method: str, path: str, document: Any = None, *, timeout_seconds: float = 60
    ) -> tuple[int, Any]: ...


@dataclass(frozen=True)
class Fired:
    """A timer that fired while time was moved.

    Attributes:
        at: The instant.
        after: From the beginning of the advance.
        what: What it was, in words.
        account: Whose; empty for nobody's.
    """

    at: datetime
    after: timedelta
    what: str
    account: str


@dataclass(frozen=True)
class Advanced:
    """What an advance did.

    Attributes:
        now: The instant at which it ended.
        fired: The timers that fired, in order; the first ten thousand of them.
        count: How many fired.
        unsettled: What was in flight for longer than a jump waits.
        next_due: When the next timer is due, if there is one.
    """

    now: datetime
    fired: list[Fired]
    count: int
    unsettled: list[str]
    next_due: datetime | None


class EmulatedTime:
    """A `TargetTime` that an emulator's clock serves.

    Args:
        ask: Speaks to the emulator.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def now(self) -> datetime:
        return instant(self.state()["now_ns"])

    def state(self) -> dict[str, Any]:
        """Return what the emulator says of its clock: `now`, `ahead_ns`, `pending`, `next`, …"""
        status, document = self._ask("GET", wire.CLOCK_PATH)
        return self._well(status, document)

    def describe(self) -> str:
        """Say where time stands and from which seed chance comes; nothing if it wasn't moved."""
        state = self.state()
        if not state["ahead_ns"]:
            return ""
        ahead = in_words(timedelta(microseconds=state["ahead_ns"] // 1000))
        due = f"; next: {state['next']['what']}, {state['next']['at']}" if state["next"] else ""
        return f"{state['now']}, {ahead} ahead of this machine, seed {state['seed']}{due}"

    def advance(self, duration: timedelta) -> Advanced:
        """Let a span of time pass.

        Raises:
            HarnessError: Somebody else moves time, or the span is too long.
            ValueError: Time would go back.
        """
        if duration < timedelta():
            raise ValueError(f"time doesn't go back, so not by {duration}")
        return self._move({"seconds": duration / timedelta(seconds=1)})

    def advance_to(self, at: datetime) -> Advanced:
        """Let time pass until an instant, which has to be aware."""
        return self._move({"to": at.isoformat()})

    def run_until(self, assertion: Callable[[], T], within: timedelta) -> T:
        """Go from due timer to due timer until an assertion holds; return what it returned.

        Raises:
            AssertionError: It doesn't hold after that span.
        """
        end = self.now() + within
        try:
            return assertion()
        except AssertionError:
            # What is under way, such as an invocation, may set the timer that is waited for.
            due = self.advance(timedelta()).next_due
        while True:
            try:
                return assertion()
            except AssertionError:
                if due is None or due >= end:
                    break
            # A microsecond more: an instant is cut to one, and has to be reached.
            due = self._reach(due + timedelta(microseconds=1)).next_due
        self._reach(end)
        # What happens in the machine's time, such as the delivery of logs, may still be under way.
        return eventually(assertion, within=_LAST_LOOK)

    def _reach(self, at: datetime) -> Advanced:
        """Let time pass until an instant, unless it has passed meanwhile: time runs by itself."""
        ahead = at - self.now()
        if ahead > _SOON:
            return self.advance_to(at)
        # While it is asked for, an instant so near may pass, and time doesn't go back.
        return self.advance(max(ahead, timedelta()))

    def _move(self, wanted: dict[str, Any]) -> Advanced:
        status, document = self._ask(
            "POST", wire.ADVANCE_PATH, wanted, timeout_seconds=ADVANCE_SECONDS
        )
        answer = self._well(status, document)
        began = instant(answer["from_ns"])
        return Advanced(
            now=instant(answer["now_ns"]),
            fired=[
                Fired(
                    instant(one["at_ns"]),
                    instant(one["at_ns"]) - began,
                    one["what"],
                    one["account"],
                )
                for one in answer["fired"]
            ],
            count=answer["fired_count"],
            unsettled=answer["unsettled"],
            next_due=instant(answer["next"]["at_ns"]) if answer["next"] else None,
        )

    @staticmethod
    def _well(status: int, document: Any) -> dict[str, Any]:
        if status == 200:
            answer: dict[str, Any] = document
            return answer
        said = document.get("message") if isinstance(document, dict) else document
        if status == 409:
            raise HarnessError(
                f"The emulator's time can't be moved now: {said}",
                "Tests that move time and run side by side need an emulator each.",
            )
        raise HarnessError(
            f"The emulator's clock refused with status {status}: {said}",
            '"harness clock" shows its time.',
        )


def instant(ns: int) -> datetime:
    """Return an instant, cut to a microsecond."""
    return _EPOCH + timedelta(microseconds=ns // 1000)
