"""A template to a change set to a stack: CloudFormation's calls, in their order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from harness.errors import DeploymentFailed
from harness.observe import machine_time
from harness.targets.aws.problems import NOT_OF_THE_CALL

from .asset_bucket import AssetBucket
from .problems import TemplateProblem
from .refusals import refused_change_set
from .template import MOST_BYTES, Template

LARGEST_INLINE_BYTES: Final = 51_200
"""A larger template has to be in S3.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""

_NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True)
class ChangeSet:
    """A change that CloudFormation has worked out, ready to be executed.

    Attributes:
        id: Its ARN.
        stack_id: The stack's ARN.
    """

    id: str
    stack_id: str


def create_change_set(
    cloudformation: Any,
    template: Template,
    document: dict[str, Any],
    *,
    stack: str,
    name: str,
    kind: str,
    parameters: Sequence[Mapping[str, Any]],
    capabilities: Sequence[str],
    tags: Mapping[str, str],
    bucket: AssetBucket,
    poll: timedelta,
) -> ChangeSet | None:
    """Have CloudFormation work out what a template changes.

    Args:
        cloudformation: A client.
        template: Where the document comes from, for errors.
        document: The template as it is sent.
        stack: The stack's name.
        name: The change set's name.
        kind: `CREATE` or `UPDATE`.
        parameters: As the API takes them.
        capabilities: What the template may do.
        tags: Of the stack and what it makes.
        bucket: Where a large template is put.
        poll: Pause between two looks.

    Returns:
        The change set, or None when nothing changes.

    Raises:
        DeploymentFailed: CloudFormation refuses the template.
        TemplateProblem: It is larger than a template may be.
    """
    try:
        created = cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=name,
            ChangeSetType=kind,
            Parameters=list(parameters),
            Capabilities=list(capabilities),
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            **_body(template, document, bucket),
        )
    except ClientError as problem:
        said = problem.response["Error"].get("Message") or str(problem)
        if any(words in said for words in _NO_CHANGES):
            return None
        _pass_on(problem)
        raise refused_change_set(template, stack, said) from problem
    change_set = ChangeSet(created["Id"], created["StackId"])
    reason = _wait_until_ready(cloudformation, change_set, poll)
    if reason is None:
        return change_set
    if any(words in reason for words in _NO_CHANGES):
        # With the stack: policies are about stacks.
        cloudformation.delete_change_set(ChangeSetName=change_set.id, StackName=change_set.stack_id)
        return None
    raise refused_change_set(template, stack, reason)


def execute(cloudformation: Any, change_set: ChangeSet) -> None:
    """Begin to carry a change set out.

    Raises:
        DeploymentFailed: CloudFormation refuses.
    """
    try:
        cloudformation.execute_change_set(
            ChangeSetName=change_set.id, StackName=change_set.stack_id
        )
    except ClientError as problem:
        _pass_on(problem)
        raise DeploymentFailed(
            f"CloudFormation didn't execute the change set: {problem.response['Error']['Message']}",
            "Wait for the operation that runs on the stack, and deploy again.",
        ) from problem


def _pass_on(problem: ClientError) -> None:
    """Leave to the target what isn't about the template: rights, credentials, throttling."""
    if problem.response["Error"].get("Code") in NOT_OF_THE_CALL:
        raise problem


def _body(template: Template, document: dict[str, Any], bucket: AssetBucket) -> dict[str, str]:
    # CloudFormation counts the bytes of what it is sent, so that no space is spent on layout.
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    content = text.encode()
    if len(content) > MOST_BYTES:
        raise TemplateProblem(
            f"{template.path} grows to {len(content):,} bytes; a template has at most "
            f"{MOST_BYTES:,}.",
            "Split it into nested stacks.",
        )
    if len(content) <= LARGEST_INLINE_BYTES:
        return {"TemplateBody": text}
    uploaded = bucket.put(content, suffix=".template", name=template.path.name)
    return {"TemplateURL": bucket.url(uploaded)}


def _wait_until_ready(cloudformation: Any, change_set: ChangeSet, poll: timedelta) -> str | None:
    # Returns why it failed. Like botocore's waiter, which has no answer to "nothing changes".
    pause = poll
    while True:
        answer = cloudformation.describe_change_set(ChangeSetName=change_set.id)
        match answer["Status"]:
            case "CREATE_COMPLETE":
                return None
            case "FAILED":
                return str(answer.get("StatusReason") or "")
            case _:
                machine_time.pause(pause)
                pause = min(pause * 1.5, poll * 10)
