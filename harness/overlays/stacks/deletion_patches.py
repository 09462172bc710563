"""A stack that is being made can be deleted, one that is being updated can't.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
"""

from __future__ import annotations

from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.cloudformation import StackStatus
from localstack.services.cloudformation.engine.validations import ValidationError
from localstack.services.cloudformation.v2.provider import (
    CloudformationProviderV2,
    find_stack_v2,
    get_cloudformation_store,
)

from harness.overlays.core import extends

from .creations import is_given_up


@extends(CloudformationProviderV2.delete_stack, written_for="75d118eaa62c")
def delete_stack(
    upstream: Any,
    self: CloudformationProviderV2,
    context: RequestContext,
    stack_name: str,
    *args: Any,
    **kwargs: Any,
) -> Any:
    # Upstream deletes beside the operation that runs, which goes on and makes the rest.
    stack = find_stack_v2(get_cloudformation_store(context.account_id, context.region), stack_name)
    if stack is not None:
        if stack.status == StackStatus.DELETE_IN_PROGRESS or is_given_up(stack):
            return None
        if stack.status.startswith("UPDATE_") and stack.status.endswith("_IN_PROGRESS"):
            raise ValidationError(
                f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}"
            )
    return upstream(self, context, stack_name, *args, **kwargs)
