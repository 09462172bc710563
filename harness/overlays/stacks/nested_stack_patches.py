"""Nested stacks: a failure says why, and an update happens."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.cloudformation.resource_providers.aws_cloudformation_stack import (
    REPEATED_INVOCATION,
    CloudFormationStackProvider,
)

from harness.overlays.core import extends, replaces

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


@extends(CloudFormationStackProvider.create, written_for="2ca1ab813fde")
def create(
    upstream: Any, self: CloudFormationStackProvider, request: ResourceRequest[Any]
) -> ProgressEvent[Any]:
    # Upstream knows of no rollback here, and fails without a word.
    if request.custom_context.get(REPEATED_INVOCATION):
        model = request.desired_state
        stack = _described(request, model["Id"])
        match stack["StackStatus"]:
            case "CREATE_COMPLETE":
                pass
            case "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED":
                return _failed(request, model, stack, "created")
            case _:
                return ProgressEvent(
                    OperationStatus.IN_PROGRESS, model, custom_context=request.custom_context
                )
    event: ProgressEvent[Any] = upstream(self, request)
    return event


@replaces(CloudFormationStackProvider.update, written_for="19fb1e7508ee")
def update(self: CloudFormationStackProvider, request: ResourceRequest[Any]) -> ProgressEvent[Any]:
    # Upstream has no update, and reports that as done.
    model, before = request.desired_state, request.previous_state
    model["Id"], model["StackName"] = before["Id"], before["StackName"]
    if not request.custom_context.get(REPEATED_INVOCATION):
        request.custom_context[REPEATED_INVOCATION] = True
        try:
            request.aws_client_factory.cloudformation.update_stack(
                StackName=model["Id"],
                TemplateURL=model["TemplateURL"],
                Parameters=_parameters(model),
                Capabilities=CAPABILITIES,
            )
        except ClientError as problem:
            if "No updates are to be performed" not in str(problem):
                raise
            request.custom_context["unchanged"] = True
    stack = _described(request, model["Id"])
    match stack["StackStatus"]:
        case "UPDATE_COMPLETE":
            return _updated(request, model, stack)
        case _ if request.custom_context.get("unchanged"):
            return _updated(request, model, stack)
        case "UPDATE_ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_FAILED" | "UPDATE_FAILED":
            return _failed(request, model, stack, "updated")
        case _:
            return ProgressEvent(
                OperationStatus.IN_PROGRESS, model, custom_context=request.custom_context
            )


def _updated(request: ResourceRequest[Any], model: Any, stack: Any) -> ProgressEvent[Any]:
    model["Outputs"] = {one["OutputKey"]: one["OutputValue"] for one in stack.get("Outputs", [])}
    return ProgressEvent(OperationStatus.SUCCESS, model, custom_context=request.custom_context)


def _failed(request: ResourceRequest[Any], model: Any, stack: Any, done: str) -> ProgressEvent[Any]:
    reason = stack.get("StackStatusReason") or _last_reason(request, stack["StackId"])
    reason = reason.removesuffix(" Rollback requested by user.")
    return ProgressEvent(
        OperationStatus.FAILED,
        model,
        message=f"Embedded stack {stack['StackId']} was not successfully {done}: {reason}",
        custom_context=request.custom_context,
    )


def _last_reason(request: ResourceRequest[Any], stack_id: str) -> str:
    cloudformation = request.aws_client_factory.cloudformation
    events = cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]
    reasons = (
        event["ResourceStatusReason"]
        for event in events
        if event.get("PhysicalResourceId") == stack_id and "ResourceStatusReason" in event
    )
    return str(next(reasons, "no reason given"))


def _described(request: ResourceRequest[Any], stack: str) -> Any:
    cloudformation = request.aws_client_factory.cloudformation
    return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]


def _parameters(model: Any) -> list[dict[str, str]]:
    return [
        {
            "ParameterKey": name,
            "ParameterValue": str(value).lower() if isinstance(value, bool) else str(value),
        }
        for name, value in (model.get("Parameters") or {}).items()
    ]
