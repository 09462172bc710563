"""Which executions a listing names. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListDurableExecutionsByFunction.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .execution import DurableExecution


@dataclass(frozen=True)
class Filter:
    """What is asked for.

    Attributes:
        function: The function's name.
        version: The version that executions run on.
        name: A part of their names.
        statuses: Any of these; any at all when empty.
        after: Started after this instant.
        before: Started before this one.
    """

    function: str
    version: str
    name: str | None = None
    statuses: Sequence[str] = ()
    after: datetime | None = None
    before: datetime | None = None

    def takes(self, execution: DurableExecution) -> bool:
        return (
            execution.arn.function == self.function
            and execution.arn.version == self.version
            and (self.name is None or self.name in execution.arn.name)
            and (not self.statuses or execution.status in self.statuses)
            and (self.after is None or execution.started_at > _aware(self.after))
            and (self.before is None or execution.started_at < _aware(self.before))
        )


def in_order(
    executions: Iterable[DurableExecution], *, newest_first: bool
) -> list[DurableExecution]:
    """Return executions by their start."""
    return sorted(executions, key=lambda each: each.started_at, reverse=newest_first)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
