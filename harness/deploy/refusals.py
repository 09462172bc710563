"""What a target doesn't serve, refused by name in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from harness.errors import DeploymentFailed

from .stack_events import StackEvent, failures, listed
from .template import Template

_UNSUPPORTED = re.compile(r"\bthe ([\w:@-]+) resource\b")

_DENIED = re.compile(r"is not authorized to perform|AccessDenied|UnauthorizedOperation")
_ALLOW = "Allow the caller that action (docs/real-aws.md has the policy); the events follow."


def refused_change_set(template: Template, stack: str, reason: str) -> DeploymentFailed:
    """Word why CloudFormation refuses a template before it touches anything.

    Args:
        template: The template that was sent.
        stack: The stack's name.
        reason: What CloudFormation answered.
    """
    types = sorted(set(_UNSUPPORTED.findall(reason)))
    if "nsupported resource" in reason and types:
        named = ", ".join(_with_resources(kind, template) for kind in types)
        return DeploymentFailed(
            f"This target can't make {named}.",
            "Take it out of the template, or deploy to a target that has it.",
        )
    said = " ".join(reason.split()).rstrip(".") or "it gave no reason"
    return DeploymentFailed(
        f"CloudFormation refuses {template.path.name} for the stack {stack}: {said}.",
        "Correct the template.",
    )


def failed_stack(
    stack: str, doing: str, events: Sequence[StackEvent], status: str, reason: str
) -> DeploymentFailed:
    """Word why a stack failed, by the resources that did; the events are a note.

    Args:
        stack: The stack's name.
        doing: What was tried: `create`, `update` or `delete`.
        events: What happened, nested stacks' events included.
        status: The stack's last status.
        reason: Why, as the stack says it; used when no resource does.
    """
    failed = failures(events)
    # A nested stack fails because of its resources: they say more than it does.
    inner = [event for event in failed if event.type != "AWS::CloudFormation::Stack"] or failed
    if inner:
        first, *others = inner
        more = f" ({len(others)} more below)" if others else ""
        nested = f" in the nested stack {first.stack}" if first.stack != stack else ""
        why = f"{first.logical_id} ({first.type}){nested}: {_sentence(first.reason)}"
        problem = f"The stack {stack} failed to {doing}: {why}{more}."
    else:
        told = [event.reason for event in events if event.is_of_stack and event.reason]
        why = reason or (told[-1] if told else "")
        problem = f"The stack {stack} failed to {doing} ({status}): {_sentence(why)}."
    remedy = _ALLOW if _DENIED.search(problem) else "Correct that resource; its events follow."
    failure = DeploymentFailed(problem, remedy)
    if events:
        failure.add_note(listed(events))
    return failure


def _with_resources(kind: str, template: Template) -> str:
    ids = [
        f'"{logical_id}"'
        for logical_id, resource in template.resources.items()
        if isinstance(resource, dict) and resource.get("Type") == kind
    ]
    return f"{kind} ({', '.join(ids)})" if ids else kind


def _sentence(reason: str) -> str:
    reason = reason.removeprefix("Resource provider operation failed: ")  # LocalStack's own words
    return " ".join(reason.split()).rstrip(".") or "no reason given"
