"""A stack that fails says so, and takes back what it has done."""

from __future__ import annotations

import sys
from typing import Any

from localstack import config
from localstack.aws.api.cloudformation import ChangeAction, ResourceStatus, StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
    ChangeSetModelExecutorResult,
    EventOperationFromAction,
    TriggerRollback,
)
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProviderExecutor,
)
from localstack.services.cloudformation.v2.entities import Stack

from harness.overlays.core import extends, replaces

from .creations import is_kept, is_wanted
from .rollback import roll_back_creation, roll_back_update

POLL_SECONDS = 0.1
GIVEN_UP = "Resource creation cancelled"
_DELETION = "delete-stack_"  # how upstream names the change set of a deletion

# The engine's threads say how an operation ended after the executor has said it, and better.
_SETTLED: dict[str, frozenset[str]] = {
    StackStatus.ROLLBACK_COMPLETE: frozenset({"CREATE_COMPLETE", "CREATE_FAILED"}),
    StackStatus.ROLLBACK_FAILED: frozenset({"CREATE_COMPLETE", "CREATE_FAILED"}),
    StackStatus.CREATE_FAILED: frozenset({"CREATE_COMPLETE", "CREATE_FAILED"}),
    StackStatus.UPDATE_ROLLBACK_COMPLETE: frozenset({"UPDATE_COMPLETE", "UPDATE_FAILED"}),
    StackStatus.UPDATE_ROLLBACK_FAILED: frozenset({"UPDATE_COMPLETE", "UPDATE_FAILED"}),
    StackStatus.DELETE_IN_PROGRESS: frozenset({"CREATE_COMPLETE", "CREATE_FAILED"}),
    StackStatus.DELETE_COMPLETE: frozenset({"CREATE_COMPLETE", "CREATE_FAILED"}),
    StackStatus.DELETE_FAILED: frozenset({"CREATE_COMPLETE", "CREATE_FAILED", "DELETE_COMPLETE"}),
}


@replaces(ChangeSetModelExecutor.execute, written_for="3175356b90e5")
def execute(self: ChangeSetModelExecutor) -> ChangeSetModelExecutorResult:
    # Upstream leaves what a failed operation has made, takes a failure without a reason for
    # success, and reports a stack as complete before its outputs are there.
    stack = self._change_set.stack
    if self._change_set.change_set_name.startswith(_DELETION):
        return _delete(self)
    is_update = stack.status == StackStatus.UPDATE_IN_PROGRESS
    failure = None
    try:
        self.process()
    except TriggerRollback as problem:
        failure = problem.reason or f"{problem.logical_resource_id} failed."
    except Exception as problem:
        failure = str(problem) or type(problem).__name__
    if failure is None and not is_update and not is_kept(stack):
        failure = GIVEN_UP
    if failure is None:
        if self._deferred_actions:
            stack.set_stack_status(StackStatus.UPDATE_COMPLETE_CLEANUP_IN_PROGRESS)
        _run_deferred(self)
        stack.resolved_resources, stack.resolved_outputs = self.resources, self.outputs
        # After UpdateStack upstream would delete by the template from before the update.
        stack.processed_template = self._change_set.processed_template
    elif is_update:
        roll_back_update(self, failure)
    else:
        roll_back_creation(self, failure)
    return ChangeSetModelExecutorResult(self.resources, self.outputs, failure)


def _delete(executor: ChangeSetModelExecutor) -> ChangeSetModelExecutorResult:
    stack, failure = executor._change_set.stack, None
    if not executor._before_resolved_resources:
        # Nothing to delete, and nothing that references between resources could be resolved to.
        return ChangeSetModelExecutorResult({}, [])
    try:
        executor.process()
    except Exception as problem:
        failure = str(problem) or type(problem).__name__
    _run_deferred(executor)
    left = [
        logical_id
        for logical_id, resource in executor.resources.items()
        if resource.get("ResourceStatus") == ResourceStatus.DELETE_FAILED
    ]
    if left:
        failure = f"The following resource(s) failed to delete: [{', '.join(left)}]."
    if failure:
        stack.set_stack_status(StackStatus.DELETE_FAILED, failure)
    return ChangeSetModelExecutorResult(executor.resources, executor.outputs, failure)


def _run_deferred(executor: ChangeSetModelExecutor) -> None:
    # In reverse of their order, so that what depends on something goes before it.
    for deferred in reversed(executor._deferred_actions):
        deferred.action()


@replaces(ChangeSetModelExecutor._process_event, written_for="7db3ed99de1c")
def process_event(
    self: ChangeSetModelExecutor,
    *,
    action: ChangeAction,
    logical_resource_id: str,
    event_status: OperationStatus,
    resource_type: str,
    special_action: str | None = None,
    reason: str | None = None,
    custom_status: ResourceStatus | str | None = None,
) -> None:
    # Upstream ends the whole stack here when one resource fails, before the rollback begins, and
    # reports those that waited for that resource as failed though they were never begun.
    if isinstance(sys.exception(), TriggerRollback):
        return
    stack, is_begun = self._change_set.stack, event_status == OperationStatus.IN_PROGRESS
    if action == ChangeAction.Add and is_begun and not is_wanted(stack):
        raise TriggerRollback(logical_resource_id, GIVEN_UP)
    done = "COMPLETE" if event_status == OperationStatus.SUCCESS else event_status.name
    doing = special_action or EventOperationFromAction[action.value]
    stack.set_resource_status(
        logical_resource_id=logical_resource_id,
        physical_resource_id=self._get_physical_id(logical_resource_id, False),
        resource_type=resource_type,
        status=ResourceStatus(custom_status or f"{doing}_{done}"),
        resource_status_reason=reason,
    )


@extends(ChangeSetModelExecutor._execute_resource_action, written_for="2acc00b85e68")
def execute_resource_action(
    upstream: Any,
    self: ChangeSetModelExecutor,
    action: ChangeAction,
    logical_resource_id: str,
    *args: Any,
    part_of_replacement: bool = False,
    **kwargs: Any,
) -> ProgressEvent[Any]:
    # Upstream asks a provider to delete what was never made.
    is_known = logical_resource_id in self._before_resolved_resources
    if action == ChangeAction.Remove and not part_of_replacement and not is_known:
        return ProgressEvent(OperationStatus.SUCCESS, resource_model={})
    event: ProgressEvent[Any] = upstream(
        self, action, logical_resource_id, *args, part_of_replacement=part_of_replacement, **kwargs
    )
    return event


@extends(Stack.set_stack_status, written_for="ed454ad807d3")
def set_stack_status(
    upstream: Any, self: Stack, status: StackStatus, reason: str | None = None
) -> None:
    if status not in _SETTLED.get(self.status, frozenset()):
        upstream(self, status, reason)


@extends(ResourceProviderExecutor.deploy_loop, written_for="56edc28d15f0")
def deploy_loop(
    upstream: Any,
    self: ResourceProviderExecutor,
    resource_provider: Any,
    resource: dict[str, Any],
    raw_payload: Any,
    max_timeout: int = config.CFN_PER_RESOURCE_TIMEOUT,
    sleep_time: float = POLL_SECONDS,
) -> ProgressEvent[Any]:
    # Upstream looks again after a second; most of what it waits for takes a tenth of that.
    event: ProgressEvent[Any] = upstream(
        self, resource_provider, resource, raw_payload, max_timeout, sleep_time
    )
    return event
