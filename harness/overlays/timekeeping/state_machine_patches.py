"""Step Functions on the clock: waits, back-off, timeouts, heartbeats, threads of executions.

LocalStack's interpreter waits on events, threads and `time.sleep`.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from localstack.services.stepfunctions.asl.component.common.error_name.failure_event import (
    FailureEventException,
)
from localstack.services.stepfunctions.asl.component.common.retry import (
    jitter_strategy_decl,
    retrier_decl,
)
from localstack.services.stepfunctions.asl.component.program import program
from localstack.services.stepfunctions.asl.component.state.state_execution import execute_state
from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.iteration import (  # noqa: E501
    inline_iteration_component,
    job,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_map.iteration.itemprocessor import (  # noqa: E501
    map_run_record,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_parallel import (
    branch_worker,
    branches_decl,
)
from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (  # noqa: E501
    state_task_service_callback,
)
from localstack.services.stepfunctions.asl.component.state.state_wait.wait_function.timestamp import (  # noqa: E501
    Timestamp,
)
from localstack.services.stepfunctions.asl.component.state.state_wait.wait_function.wait_function import (  # noqa: E501
    WaitFunction,
)
from localstack.services.stepfunctions.asl.component.test_state.program import test_state_program
from localstack.services.stepfunctions.asl.eval import environment
from localstack.services.stepfunctions.asl.eval.callback import callback
from localstack.services.stepfunctions.backend import execution_worker
from localstack.services.stepfunctions.provider import StepFunctionsProvider

from harness.overlays.core import clock, replaces, substitutes
from harness.overlays.core.virtual_threading import (
    POLLING_TIME,
    VIRTUAL_THREADING,
    VIRTUAL_TIME,
    Event,
    Thread,
)

ACTIVITY_POLL_SECONDS = 60
"""How long GetActivityTask waits for a task."""

substitutes(retrier_decl, "time", VIRTUAL_TIME, written_for="ccabb6428b9b")
substitutes(
    jitter_strategy_decl, "random", clock.seeded("retry jitter"), written_for="2673eb1f0535"
)
substitutes(program, "threading", VIRTUAL_THREADING, written_for="37b55c5948ec")
substitutes(test_state_program, "threading", VIRTUAL_THREADING, written_for="f55410d25a3d")
substitutes(execute_state, "threading", VIRTUAL_THREADING, written_for="1efba7dda65d")
substitutes(execute_state, "Thread", Thread, written_for="1efba7dda65d")
substitutes(inline_iteration_component, "threading", VIRTUAL_THREADING, written_for="f78884525fa7")
substitutes(job, "threading", VIRTUAL_THREADING, written_for="90c737daf494")
substitutes(map_run_record, "threading", VIRTUAL_THREADING, written_for="251ae0953a67")
substitutes(branch_worker, "threading", VIRTUAL_THREADING, written_for="0a738f5a98ca")
substitutes(branches_decl, "threading", VIRTUAL_THREADING, written_for="9a44fd9faf02")
substitutes(state_task_service_callback, "threading", VIRTUAL_THREADING, written_for="e08c86cc98aa")
substitutes(state_task_service_callback, "time", POLLING_TIME, written_for="e08c86cc98aa")
substitutes(environment, "threading", VIRTUAL_THREADING, written_for="406e43f9ab6e")
substitutes(callback, "Event", Event, written_for="d820727f1712")
substitutes(execution_worker, "Thread", Thread, written_for="ba9651ee32d6")


@replaces(WaitFunction._wait_interval, written_for="8f954dee8037")
def wait_interval(self: WaitFunction, env: Any, wait_seconds: float) -> None:
    # Upstream counts whole seconds, and waits for one more after each that a float falls short of.
    until = getattr(wait_seconds, "instant", clock.now() + wait_seconds)
    while env.is_running() and clock.now() < until:
        clock.wait(env.program_state_event, until, what=f"Wait state {env.next_state_name}")


class _SecondsUntil(float):
    """Seconds until an instant, which knows it: the clock runs on while they are handed around."""

    instant: float


@replaces(Timestamp._get_wait_seconds, written_for="611d040940ad")
def seconds_until(self: Timestamp, env: Any) -> float:
    # Upstream ends up to a second too early, and takes the instant for local time.
    self.string.eval(env=env)
    text: str = env.stack.pop()
    timestamp = self._from_timestamp_string(timestamp=text)
    if timestamp is None:
        raise FailureEventException(self._create_failure_event(env, text))
    instant = timestamp.replace(tzinfo=UTC).timestamp()
    seconds = _SecondsUntil(max(0.0, instant - clock.now()))
    seconds.instant = instant
    return seconds


@replaces(StepFunctionsProvider._pull_activity_task, written_for="99e0d4dcdffa")
def pull_activity_task(self: StepFunctionsProvider, activity: Any) -> Any:
    until = clock.now() + ACTIVITY_POLL_SECONDS
    while True:
        try:
            return activity.get_task()
        except IndexError:
            if clock.now() >= until:
                return None
            clock.poll(until)
