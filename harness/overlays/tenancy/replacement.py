"""Functions that a stack's update replaces, because their isolation can't change.

LocalStack creates the new function and deletes the old one after the update; under a name that
the old one still has, there can't be a new one.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localstack.aws.api.cloudformation import ChangeAction, ResourceStatus
from localstack.services.cloudformation.engine.v2.change_set_model import is_nothing
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import PreprocResource
from localstack.services.cloudformation.resource_provider import OperationStatus

FUNCTION_TYPE = "AWS::Lambda::Function"


def is_replaced(before: PreprocResource, after: PreprocResource) -> bool:
    """Whether an update puts a new function in the place of a deployed one."""
    if is_nothing(before) or is_nothing(after):
        return False
    same_type = before.resource_type == after.resource_type == FUNCTION_TYPE
    return same_type and bool(after.requires_replacement)


def blocking_name(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Return the custom name that keeps a function from being replaced; None when it can be.

    Args:
        before: The properties that the deployed template gives it.
        after: The properties that the new template gives it.
    """
    name: str | None = after.get("FunctionName")
    return name if name is not None and name == before.get("FunctionName") else None


def refuse(executor: ChangeSetModelExecutor, logical_id: str, custom_name: str) -> None:
    """Fail the update of a function that can't be replaced under its own name."""
    reason = (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        f"Rename {custom_name} and update the stack again."
    )
    executor._process_event(
        action=ChangeAction.Modify,
        logical_resource_id=logical_id,
        event_status=OperationStatus.FAILED,
        resource_type=FUNCTION_TYPE,
        reason=reason,
    )
    deployed = executor._before_resolved_resources[logical_id]
    executor.resources[logical_id] = deployed | {
        "ResourceStatus": ResourceStatus.UPDATE_FAILED,
        "ResourceStatusReason": reason,
    }
