"""What happened in a durable execution, and when: values, in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """How an operation, an attempt or an invocation stands at the end of what is known."""

    RUNNING = "running"
    WAITING = "waiting"
    """For a time, a callback, another function, or its next attempt."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed out"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """An attempt whose invocation ended before it did."""
    UNFINISHED = "unfinished"
    """Open when its execution ended."""

    @property
    def is_bad(self) -> bool:
        return self in (State.FAILED, State.TIMED_OUT, State.STOPPED, State.INTERRUPTED)

    @property
    def is_open(self) -> bool:
        return self in (State.RUNNING, State.WAITING)


@dataclass(frozen=True)
class Attempt:
    """One try of a step, or one look of a wait-for-condition.

    Attributes:
        number: 1 for the first.
        start: When it began.
        end: When it ended; None while it runs.
        state: How it ended.
        error: The type of its error; empty without one, and where the API doesn't tell.
        delay: The pause before the next one that it asked for; None when it was the last.
    """

    number: int
    start: datetime
    end: datetime | None
    state: State
    error: str = ""
    delay: timedelta | None = None


@dataclass(frozen=True)
class Operation:
    """One operation of an execution, a row of its timeline.

    Attributes:
        id: The operation's id.
        parent: The id of the operation that it belongs to; empty on the outermost level.
        depth: How many operations it lies in.
        kind: `Step`, `Wait`, `Callback`, `Context` or `ChainedInvoke`.
        sub_type: The SDK's finer word, such as `WaitForCondition`; empty without one.
        name: Its name; empty when it has none.
        start: When it began.
        end: When it ended; None while it is open.
        state: How it stands.
        error: The type of its error.
        attempts: Of a step: its attempts, in order.
        due: When what it waits for is over at the latest: a wait's end, a callback's timeout, a
            step's next attempt.
        target: Of a chained invocation: the function.
        left_out: How many further attempts there were that aren't listed.
    """

    id: str
    parent: str
    depth: int
    kind: str
    sub_type: str
    name: str
    start: datetime
    end: datetime | None
    state: State
    error: str = ""
    attempts: tuple[Attempt, ...] = ()
    due: datetime | None = None
    target: str = ""
    left_out: int = 0

    @property
    def attempt_count(self) -> int:
        return len(self.attempts) + self.left_out


@dataclass(frozen=True)
class Invocation:
    """One invocation of the execution's function.

    Attributes:
        start: When it began.
        end: When it ended; None while it runs.
        error: The type of its error; empty without one.
    """

    start: datetime
    end: datetime | None
    error: str = ""


@dataclass(frozen=True)
class Pause:
    """A span in which the execution was open and its function didn't run.

    Attributes:
        start: The end of an invocation.
        end: The begin of the next, or of what is known.
        is_after_error: Whether the function failed, and is only invoked again.
    """

    start: datetime
    end: datetime
    is_after_error: bool = False

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Timeline:
    """A durable execution.

    Attributes:
        arn: Its ARN.
        name: Its name.
        function: The function's name.
        version: The version that it runs on, such as `$LATEST`.
        status: AWS's word, such as `RUNNING`.
        start: When it began.
        end: When it ended; None while it is open.
        until: How far it is known: its end, or the moment at which it was looked at.
        error: The type of its error.
        operations: Its operations, each after the one that it belongs to.
        invocations: The invocations of its function, in order.
        pauses: The spans between them.
        left_out: How many further operations there were that aren't listed.
        is_cut: Whether the history was longer than it was read.
    """

    arn: str
    name: str
    function: str
    version: str
    status: str
    start: datetime
    end: datetime | None
    until: datetime
    error: str = ""
    operations: tuple[Operation, ...] = ()
    invocations: tuple[Invocation, ...] = ()
    pauses: tuple[Pause, ...] = ()
    left_out: int = 0
    is_cut: bool = False

    @property
    def is_open(self) -> bool:
        return self.end is None

    @property
    def is_suspended(self) -> bool:
        """Whether it is open, and its function doesn't run."""
        return self.is_open and bool(self.pauses) and self.pauses[-1].end == self.until

    @property
    def length(self) -> timedelta:
        return self.until - self.start

    @property
    def suspended(self) -> timedelta:
        """How long its function didn't run between invocations."""
        return sum((pause.length for pause in self.pauses), timedelta())

    def instants(self) -> Iterator[datetime]:
        """Yield every instant at which something begins or ends."""
        yield self.start
        yield self.until
        for operation in self.operations:
            yield from _ends(operation.start, operation.end)
            for attempt in operation.attempts:
                yield from _ends(attempt.start, attempt.end)
        for invocation in self.invocations:
            yield from _ends(invocation.start, invocation.end)


def _ends(start: datetime, end: datetime | None) -> Iterator[datetime]:
    yield start
    if end is not None:
        yield end
