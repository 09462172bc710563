"""What is in a stack, and what AWS makes for it that no stack deletes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from .creations import FUNCTION, STACK, function_log_group
from .kinds import is_gone

_FUNCTIONS: Final = (FUNCTION, "AWS::Serverless::Function")
_STAGES: Final = "AWS::ApiGateway::Stage"
_APIS: Final = "AWS::ApiGateway::RestApi"


@dataclass(frozen=True)
class Resource:
    """A resource that a stack has, or had.

    Attributes:
        stack: The stack's ARN: its own, or that of one nested in it.
        logical_id: Its name in the template.
        id: What it is called in AWS.
        kind: Its type.
        status: Its latest status.
        reason: Why, where AWS says it.
    """

    stack: str
    logical_id: str
    id: str
    kind: str
    status: str
    reason: str = ""


def resources_of(cloudformation: Any, stack: str) -> list[Resource]:
    """Return all resources that a stack ever had, with those of stacks nested in it.

    They are read from its events: a resource that an update has replaced stands there alone.

    Args:
        cloudformation: A client.
        stack: The stack's name or ARN.
    """
    found: dict[tuple[str, str, str], Resource] = {}
    pending, followed = [stack], set[str]()
    while pending:
        current = pending.pop()
        if current in followed:
            continue
        followed.add(current)
        for resource in _events_of(cloudformation, current):
            key = (resource.stack, resource.logical_id, resource.id)
            found.setdefault(key, resource)  # the newest event comes first
            if resource.kind == STACK and resource.id.startswith("arn:"):
                pending.append(resource.id)
    return list(found.values())


def implicit_log_groups(cloudformation: Any, stack: str) -> dict[str, str]:
    """Return the log groups that AWS makes for a stack's resources, and the stack for each.

    Lambda makes one when a function first runs, API Gateway when a stage with execution logs is
    first called. Those that a stack has of its own are its own.
    """
    resources = resources_of(cloudformation, stack)
    own = {one.id for one in resources if one.kind == "AWS::Logs::LogGroup"}
    named = dict(_log_groups(resources))
    return {name: by for name, by in named.items() if name not in own}


def _log_groups(resources: list[Resource]) -> Iterator[tuple[str, str]]:
    apis = [one.id for one in resources if one.kind == _APIS and one.id]
    for one in resources:
        if one.kind in _FUNCTIONS and one.id:
            yield function_log_group(one.id), one.stack
        elif one.kind == _STAGES and one.id:
            for api in apis:
                # https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
                yield f"API-Gateway-Execution-Logs_{api}/{one.id.rpartition('|')[2]}", one.stack


def _events_of(cloudformation: Any, stack: str) -> Iterator[Resource]:
    try:
        for page in cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack):
            for event in page["StackEvents"]:
                yield _resource_of(event)
    except ClientError as problem:
        if not is_gone(problem):
            raise


def _resource_of(event: Mapping[str, Any]) -> Resource:
    return Resource(
        stack=event["StackId"],
        logical_id=event["LogicalResourceId"],
        id=event.get("PhysicalResourceId") or "",
        kind=event.get("ResourceType") or "",
        status=event.get("ResourceStatus") or "",
        reason=event.get("ResourceStatusReason") or "",
    )
