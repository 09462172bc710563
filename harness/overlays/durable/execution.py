"""One durable execution: AWS's own record of its operations, and what the emulator adds to it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from aws_durable_execution_sdk_python_testing.execution import Execution, ExecutionStatus
from aws_durable_execution_sdk_python_testing.model import StartDurableExecutionInput

from harness.overlays.core import clock

from .arns import ExecutionArn
from .journal import Journal

Then = Callable[[], None]
"""Something that a change leads to outside of its execution."""

EXECUTION_PAGE_BYTES: Final = 5 * 1024 * 1024


@dataclass(frozen=True)
class Plan:
    """What an execution was started with.

    Attributes:
        payload: The caller's event.
        timeout_seconds: `ExecutionTimeout`.
        retention_days: `RetentionPeriodInDays`.
        tenant: Tenant id, for a function with tenant isolation.
        trace: The caller's trace header.
        is_asynchronous: Whether nobody waits for it, so that its event may become a dead letter.
    """

    payload: str
    timeout_seconds: int
    retention_days: int
    tenant: str | None = None
    trace: str | None = None
    is_asynchronous: bool = False


@dataclass
class CallbackLimits:
    """When a callback times out, in the emulator's time; None for never."""

    at: float | None
    heartbeat_at: float | None
    heartbeat_seconds: int


@dataclass
class DurableExecution:
    """One execution, from its start until its retention is over.

    All changes are made in a `turn`.

    Attributes:
        arn: Its ARN.
        plan: What it was started with.
        state: AWS's record of it.
        journal: Its history.
        expires_at: When it times out.
        is_invoking: Whether the function is running for it.
        is_woken: Whether something happened meanwhile that the function should hear of.
        failures: Invocations in a row that failed.
        throttles: Invocations in a row that found no concurrency.
        retry_at: When a failed invocation is repeated.
        callbacks: Limits of the callbacks that wait, by operation id.
        on_close: Called once it has ended: who waits for it in another execution.
        closed: Set once it has ended.
        suspended: Set while its function doesn't run for it.
        cached_until: How long the last checkpoint's answer may be asked for again.
        stored_bytes: What its checkpoints have written.
        log: The log of its last invocation.
    """

    arn: ExecutionArn
    plan: Plan
    state: Execution
    expires_at: float
    journal: Journal = field(default_factory=Journal)
    is_invoking: bool = False
    is_woken: bool = False
    failures: int = 0
    throttles: int = 0
    retry_at: float | None = None
    callbacks: dict[str, CallbackLimits] = field(default_factory=dict)
    on_close: Then | None = None
    closed: threading.Event = field(default_factory=threading.Event)
    suspended: threading.Event = field(default_factory=threading.Event)
    cached_until: float = 0.0
    stored_bytes: int = 0
    log: str = ""
    timer: clock.Timer | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextlib.contextmanager
    def turn(self) -> Iterator[list[Then]]:
        """Change the execution, alone; what that leads to elsewhere is done after it.

        Yields:
            A list for what comes after.
        """
        after: list[Then] = []
        with self._lock:
            yield after
        for then in after:
            then()

    def abandon(self) -> None:
        """Let go of the execution: nothing falls due any more, and nobody waits for it."""
        with self._lock:
            if self.timer is not None:
                self.timer.cancel()
            self.state.is_complete = True
            self.state.close_status = self.state.close_status or ExecutionStatus.STOPPED
            self.closed.set()

    @property
    def started_at(self) -> datetime:
        start: datetime | None = self.state.operations[0].start_timestamp
        assert start is not None
        return start

    @property
    def ended_at(self) -> datetime | None:
        end: datetime | None = self.state.operations[0].end_timestamp
        return end

    @property
    def status(self) -> str:
        return str(self.state.current_status().value)


def create(arn: ExecutionArn, plan: Plan) -> DurableExecution:
    """Return a new execution that starts now."""
    given = StartDurableExecutionInput(
        account_id=arn.account,
        function_name=arn.function,
        function_qualifier=arn.version,
        execution_name=arn.name,
        execution_timeout_seconds=plan.timeout_seconds,
        execution_retention_period_days=plan.retention_days,
        invocation_id=arn.id,
        tenant_id=plan.tenant,
        input=plan.payload,
    )
    state = Execution(str(arn), given, [])
    state.region = arn.region
    state.start(now=instant())
    # The first page of the execution's state is measured with it.
    state.operation_size_bytes[arn.id] = len(plan.payload.encode())
    return DurableExecution(arn, plan, state, expires_at=clock.now() + plan.timeout_seconds)


def instant() -> datetime:
    """Return the emulator's time as AWS's library takes it."""
    return datetime.fromtimestamp(clock.now(), UTC)
