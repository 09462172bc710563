"""Takes back what a failed operation on a stack has made or changed.

Works on an executor of LocalStack's engine, whose `resources` are those of the stack as far as
the operation came, and `_before_resolved_resources` those from before it.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from localstack.aws.api.cloudformation import ChangeAction, ResourceStatus, StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    PreprocProperties,
)
from localstack.services.cloudformation.resource_provider import OperationStatus

from .creations import end_rollback, is_wanted

Resource = dict[str, Any]

_FAILED = (ResourceStatus.CREATE_FAILED, ResourceStatus.UPDATE_FAILED)


def roll_back_creation(executor: ChangeSetModelExecutor, failure: str) -> None:
    """Delete what a stack that can't be created has made so far, the latest first."""
    stack = executor._change_set.stack
    resources: dict[str, Resource] = executor.resources
    if is_wanted(stack):
        if _stays_as_it_is(stack):
            stack.set_stack_status(StackStatus.CREATE_FAILED, _reason("create", resources, failure))
            return
        reason = f"{_reason('create', resources, failure)} Rollback requested by user."
        stack.set_stack_status(StackStatus.ROLLBACK_IN_PROGRESS, reason)
    for logical_id, resource in reversed(list(resources.items())):
        if _is_retained(executor, logical_id) or _is_gone(executor, logical_id, resource):
            del resources[logical_id]
    # What is still there can't be deleted. A stack that was rolled back counts as deleted.
    stack.deletion_time = datetime.now(UTC)
    end_rollback(stack, is_all_gone=not resources)


def roll_back_update(executor: ChangeSetModelExecutor, failure: str) -> None:
    """Bring a stack's resources back to what they were before an update failed."""
    change_set = executor._change_set
    stack = change_set.stack
    before: dict[str, Resource] = executor._before_resolved_resources
    now: dict[str, Resource] = executor.resources
    stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_IN_PROGRESS, _reason("update", now, failure))
    made, is_restored = dict[str, Resource](), True
    for logical_id, resource in reversed(list(now.items())):
        former = before.get(logical_id)
        if resource is former:
            continue
        if former is None or _is_new(resource):
            made[logical_id] = resource
        else:
            is_restored &= _restore(executor, logical_id, resource, former)
    stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS)
    for logical_id, resource in made.items():
        is_restored &= _is_gone(executor, logical_id, resource)
    for logical_id, former in before.items():
        now[logical_id] = former if logical_id in made else now.get(logical_id, former)
        if logical_id in made:
            _tell(executor, ChangeAction.Modify, logical_id, former, OperationStatus.SUCCESS)
    for logical_id in made.keys() - before.keys():
        del now[logical_id]
    _keep_description(change_set, executor)
    stack.status_reason = None  # it belongs to the status before; the events keep it
    stack.set_stack_status(
        StackStatus.UPDATE_ROLLBACK_COMPLETE if is_restored else StackStatus.UPDATE_ROLLBACK_FAILED
    )


def _restore(
    executor: ChangeSetModelExecutor, logical_id: str, resource: Resource, former: Resource
) -> bool:
    has_failed = resource["ResourceStatus"] in _FAILED
    _tell(executor, ChangeAction.Modify, logical_id, former, OperationStatus.IN_PROGRESS)
    event = executor._execute_resource_action(
        action=ChangeAction.Modify,
        logical_resource_id=logical_id,
        resource_type=former["Type"],
        before_properties=PreprocProperties(resource.get("Properties") or former["Properties"]),
        after_properties=PreprocProperties(
            former.get("SpecifiedProperties") or former["Properties"]
        ),
    )
    is_restored = event.status == OperationStatus.SUCCESS
    if not is_restored:
        executor.resources[logical_id] = former
    # A resource that refused its update has most likely not changed at all.
    status = OperationStatus.SUCCESS if is_restored or has_failed else event.status
    _tell(executor, ChangeAction.Modify, logical_id, former, status, reason=event.message)
    return is_restored or has_failed


def _is_gone(executor: ChangeSetModelExecutor, logical_id: str, resource: Resource) -> bool:
    has_failed = resource["ResourceStatus"] in _FAILED
    if has_failed and not resource.get("Properties"):
        # It never came into being; AWS reports it as deleted all the same.
        _tell(executor, ChangeAction.Remove, logical_id, resource, OperationStatus.SUCCESS)
        return True
    _tell(executor, ChangeAction.Remove, logical_id, resource, OperationStatus.IN_PROGRESS)
    event = executor._execute_resource_action(
        action=ChangeAction.Remove,
        logical_resource_id=logical_id,
        resource_type=resource["Type"],
        before_properties=PreprocProperties(resource["Properties"]),
        after_properties=None,
        part_of_replacement=True,  # leave the executor's own record to the caller
    )
    is_gone = event.status == OperationStatus.SUCCESS or has_failed
    status = OperationStatus.SUCCESS if is_gone else event.status
    _tell(executor, ChangeAction.Remove, logical_id, resource, status, reason=event.message)
    return is_gone


def _tell(
    executor: ChangeSetModelExecutor,
    action: ChangeAction,
    logical_id: str,
    resource: Resource,
    status: OperationStatus,
    reason: str | None = None,
) -> None:
    executor._process_event(
        action=action,
        logical_resource_id=logical_id,
        event_status=status,
        resource_type=resource["Type"],
        reason=reason if status == OperationStatus.FAILED else None,
    )


def _is_new(resource: Resource) -> bool:
    # A replacement is created under the name of what it replaces.
    return resource["ResourceStatus"] in (
        ResourceStatus.CREATE_COMPLETE,
        ResourceStatus.CREATE_FAILED,
    )


def _is_retained(executor: ChangeSetModelExecutor, logical_id: str) -> bool:
    template = executor._change_set.processed_template or {}
    resource = (template.get("Resources") or {}).get(logical_id) or {}
    return bool(resource.get("DeletionPolicy") == "Retain")


def _stays_as_it_is(stack: Any) -> bool:
    request = stack.request_payload
    return bool(request.get("DisableRollback")) or request.get("OnFailure") == "DO_NOTHING"


def _keep_description(change_set: Any, executor: ChangeSetModelExecutor) -> None:
    # The engine goes on to make the change set's description the stack's.
    stack = change_set.stack
    change_set.template, change_set.template_body = stack.template, stack.template_body
    change_set.processed_template = stack.processed_template
    change_set.resolved_parameters = stack.resolved_parameters
    executor.outputs[:] = stack.resolved_outputs


def _reason(doing: str, resources: dict[str, Resource], failure: str) -> str:
    failed = [name for name, one in resources.items() if one["ResourceStatus"] in _FAILED]
    if not failed:
        return failure
    return f"The following resource(s) failed to {doing}: [{', '.join(failed)}]."
