"""A resource that can't be updated says so."""

from __future__ import annotations

from typing import Any

from localstack.services.cloudformation.deployment_utils import check_not_found_exception
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocResource
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
    convert_payload,
)

from harness.overlays.core import extends


@extends(ChangeSetModelExecutor._execute_resource_change, written_for="0515307288ef")
def execute_resource_change(
    upstream: Any,
    self: ChangeSetModelExecutor,
    name: str,
    before: PreprocResource | None,
    after: PreprocResource | None,
) -> None:
    # A changed DeletionPolicy or DependsOn is no change of the resource.
    former = self._before_resolved_resources.get(name)
    if former and _are_alike(before, after):
        self.resources[name] = former
        return
    upstream(self, name, before, after)


def _are_alike(before: Any, after: Any) -> bool:
    if is_nothing(before) or is_nothing(after) or before.resource_type != after.resource_type:
        return False
    return bool(before.properties == after.properties)


@extends(ResourceProviderExecutor.execute_action, written_for="ff3ae06237ca")
def execute_action(
    upstream: Any,
    self: ResourceProviderExecutor,
    resource_provider: ResourceProvider[Any],
    raw_payload: Any,
) -> ProgressEvent[Any]:
    # Upstream takes a provider without an update for one that has nothing to do.
    if raw_payload["action"] not in ("Dynamic", "Modify"):
        event: ProgressEvent[Any] = upstream(self, resource_provider, raw_payload)
        return event
    request = convert_payload(
        stack_name=self.stack_name, stack_id=self.stack_id, payload=raw_payload
    )
    try:
        return resource_provider.update(request)
    except NotImplementedError:
        return ProgressEvent(
            OperationStatus.FAILED,
            resource_model=request.previous_state or {},
            message=f"{request.resource_type} can't be updated by this emulator.",
        )
    except Exception as problem:
        if not check_not_found_exception(problem, request.resource_type, request.desired_state):
            raise  # the executor makes a failure of it, with the service's own words
        return ProgressEvent(OperationStatus.SUCCESS, resource_model=request.previous_state)
