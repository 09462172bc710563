"""A resource is updated, or says that it can't be."""

from __future__ import annotations

from typing import Any

from localstack.services.cloudformation.deployment_utils import check_not_found_exception
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceProvider,
    ResourceProviderExecutor,
    convert_payload,
)

from harness.overlays.core import extends

from . import updates


@extends(ChangeSetModelExecutor._execute_resource_change, written_for="0515307288ef")
def execute_resource_change(
    upstream: Any, self: ChangeSetModelExecutor, name: str, before: Any, after: Any
) -> None:
    # A changed DeletionPolicy or DependsOn is no change of the resource.
    former = self._before_resolved_resources.get(name)
    if former and _are_alike(before, after):
        self.resources[name] = former
        return
    if former and _is_replaced_in_vain(before, after):
        after.requires_replacement = False
    upstream(self, name, before, after)


def _is_replaced_in_vain(before: Any, after: Any) -> bool:
    # Upstream decides on a replacement before it knows what a reference to a resource that is
    # changed as well comes to: mostly to the same as before.
    if is_nothing(before) or is_nothing(after) or not after.requires_replacement:
        return False
    provider = ResourceProviderExecutor.try_load_resource_provider(after.resource_type)
    schema: dict[str, Any] = getattr(provider, "SCHEMA", {})
    fixed = {path.split("/")[2] for path in schema.get("createOnlyProperties", [])}
    was, will_be = before.properties.properties, after.properties.properties
    return bool(fixed) and all(was.get(name) == will_be.get(name) for name in fixed)


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
        return updates.update(resource_provider, request) or ProgressEvent(
            OperationStatus.FAILED,
            resource_model=request.previous_state or {},
            message=f"{request.resource_type} can't be updated by this emulator.",
        )
    except Exception as problem:
        if not check_not_found_exception(problem, request.resource_type, request.desired_state):
            raise  # the executor makes a failure of it, with the service's own words
        return ProgressEvent(OperationStatus.SUCCESS, resource_model=request.previous_state)
