"""What a timeline says in words: for those who read it, and for those who don't see it drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from harness.observe.durations import in_words

from .model import Operation, State, Timeline

KINDS: Final[Mapping[str, str]] = {
    "Step": "step",
    "Wait": "wait",
    "Callback": "callback",
    "Context": "context",
    "ChainedInvoke": "invoke",
    "WaitForCallback": "wait for callback",
    "WaitForCondition": "wait for condition",
    "RunInChildContext": "child context",
    "Parallel": "parallel",
    "ParallelBranch": "branch",
    "Map": "map",
    "MapIteration": "item",
}
MOST_LINES: Final = 30


def kind_of(operation: Operation) -> str:
    """Say what an operation is; of one that this version doesn't know, as the API does."""
    word = operation.sub_type or operation.kind
    return KINDS.get(word, word)


def label_of(operation: Operation) -> str:
    """Return an operation's name; without one, what it is."""
    return operation.name or kind_of(operation)


def outcome_of(operation: Operation) -> str:
    """Say how an operation stands: `failed (ValueError) after 3 attempts`."""
    words = str(operation.state)
    if operation.error:
        words += f" ({operation.error})"
    if operation.attempt_count > 1:
        words += f" {_attempts(operation)}"
    elif operation.state is State.WAITING and operation.attempts:
        words += " to be retried"
    if operation.state is State.WAITING and operation.due is not None:
        words += f" until {moment(operation.due)}"
    return words


def _attempts(operation: Operation) -> str:
    errors = list(dict.fromkeys(one.error for one in operation.attempts if one.error))
    if not operation.error and errors:
        return f"after {operation.attempt_count} attempts ({', '.join(errors)})"
    return f"after {operation.attempt_count} attempts"


def summary_of(timeline: Timeline) -> str:
    """Say in a line how an execution stands."""
    error = f" ({timeline.error})" if timeline.error else ""
    return f"{timeline.status}{error} {extent_of(timeline)}"


def extent_of(timeline: Timeline) -> str:
    """Say how long an execution has taken, and how often its function ran."""
    return (
        f"{'in' if timeline.end else 'for'} {in_words(timeline.length)}, {invocations_of(timeline)}"
    )


def invocations_of(timeline: Timeline) -> str:
    """Say how often the function was invoked, and how long it didn't run in between."""
    if not timeline.invocations:
        return "no invocation so far"
    count = len(timeline.invocations)
    words = "1 invocation" if count == 1 else f"{count} invocations"
    if timeline.is_suspended:
        return f"{words}, suspended since {moment(timeline.pauses[-1].start)}"
    if timeline.suspended:
        return f"{words}, suspended for {in_words(timeline.suspended)}"
    return words


def title_of(timeline: Timeline) -> str:
    """Name an execution and its function."""
    return f"{timeline.name} · {timeline.function}:{timeline.version}"


def in_lines(timeline: Timeline, *, most: int = MOST_LINES) -> Iterator[str]:
    """Yield a timeline as text: an execution, and a line for each of its operations.

    Args:
        timeline: The timeline.
        most: How many operations are told.
    """
    yield f"{title_of(timeline)}: {summary_of(timeline)}"
    yield f"  {moment(timeline.start)} it began"
    for operation in timeline.operations[:most]:
        after = in_words(operation.start - timeline.start)
        name = "  " * operation.depth + label_of(operation)
        kind = f" [{kind_of(operation)}]" if operation.name else ""
        yield f"  {f'+{after}':<14} {name}{kind}: {outcome_of(operation)}"
    if more := left_out_of(timeline, most):
        yield f"  {more}"


def left_out_of(timeline: Timeline, most: int) -> str:
    """Say what of a timeline isn't shown, beyond a number of operations; empty if all is."""
    count = timeline.left_out + max(len(timeline.operations) - most, 0)
    if count:
        return "and 1 more operation" if count == 1 else f"and {count:,} more operations"
    return "and more that isn't shown" if timeline.is_cut else ""


def moment(at: datetime) -> str:
    """Write an instant: to the second, in UTC."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def precise(at: datetime) -> str:
    """Write an instant: to the millisecond, in UTC."""
    return f"{at.strftime('%Y-%m-%d %H:%M:%S')}.{at.microsecond // 1000:03} UTC"


def span(start: datetime, end: datetime | None) -> str:
    """Write a span, with its length."""
    if end is None:
        return f"since {precise(start)}"
    return f"{precise(start)}, {in_words(end - start)}"


def elided(length: timedelta) -> str:
    """Label a pause that isn't drawn to scale."""
    return in_words(length)
