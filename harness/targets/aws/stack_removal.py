"""Takes a stack away: also one that doesn't go by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from harness.observe import machine_time

from .creations import BUCKET
from .kinds import is_gone
from .kinds.storage import empty_bucket
from .problems import message_of
from .stack_contents import Resource, resources_of

LONGEST: Final = timedelta(hours=1)
TRIES: Final = 3
"""Twice as it is, as what was in use may not be any more; then without what doesn't go."""

_SLOWER: Final = 1.5
_MOST_POLLS: Final = 10

Tell = Callable[[str], None]


class StackStays(Exception):
    """A stack could not be deleted; says why."""


@dataclass(frozen=True)
class Remover:
    """Deletes stacks of one account and region.

    Attributes:
        client: Returns a client that isn't watched, by service.
        poll: The first pause between two looks.
        tell: Told what is done beyond a plain deletion.
        retained: Told each resource that is taken out of a stack, before it is.
    """

    client: Callable[[str], Any]
    poll: timedelta
    tell: Tell
    retained: Callable[[Resource], None]

    def remove(self, stack: str) -> None:
        """Delete a stack by name or ARN, and wait; quietly when it is gone.

        Raises:
            StackStays: It could not be deleted.
            ClientError: AWS refused a call.
        """
        for attempt in range(1, TRIES + 1):
            # CloudFormation refuses to delete a stack while it is updated.
            described = self._wait(stack, lambda status: status.startswith("UPDATE_"))
            if described is None:
                return
            stack, name = described["StackId"], described["StackName"]
            contents = resources_of(self._cloudformation, stack)
            self._empty_buckets(contents)
            stuck = self._stuck(stack) if described["StackStatus"] == "DELETE_FAILED" else []
            leave = stuck if attempt == TRIES else []
            if leave:
                names = ", ".join(f"{one.logical_id} ({one.kind})" for one in leave)
                self.tell(f"{name}: deleting it without {names}")
                for one in leave:
                    self.retained(one)
            status, reason = self._delete(stack, [one.logical_id for one in leave])
            if status == "DELETE_COMPLETE":
                return
            if attempt < TRIES:
                self.tell(f"{name}: {status}, trying again")
                machine_time.pause(self.poll * attempt)
        raise StackStays(f"{name} is {status}: {_why(self._stuck(stack), reason)}")

    @property
    def _cloudformation(self) -> Any:
        return self.client("cloudformation")

    def _delete(self, stack: str, leave: Sequence[str]) -> tuple[str, str]:
        options = {"RetainResources": list(leave)} if leave else {}
        self._cloudformation.delete_stack(StackName=stack, **options)
        described = self._wait(stack, lambda _: True)
        if described is None:
            return "DELETE_COMPLETE", ""
        return described["StackStatus"], str(described.get("StackStatusReason") or "")

    def _wait(self, stack: str, for_status: Callable[[str], bool]) -> dict[str, Any] | None:
        """Wait while an operation runs that has a status to wait for; return what is there."""
        start, pause = machine_time.now(), self.poll
        while True:
            described = describe(self._cloudformation, stack)
            if described is None:
                return None
            status = described["StackStatus"]
            if not (status.endswith("_IN_PROGRESS") and for_status(status)):
                return described
            if machine_time.now() - start > LONGEST:
                return {**described, "StackStatusReason": f"not done after {LONGEST}"}
            machine_time.pause(pause)
            pause = min(pause * _SLOWER, self.poll * _MOST_POLLS)

    def _stuck(self, stack: str) -> list[Resource]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        return [
            _stuck_resource(stack, one)
            for page in pages
            for one in page["StackResourceSummaries"]
            if one["ResourceStatus"] == "DELETE_FAILED"
        ]

    def _empty_buckets(self, contents: Sequence[Resource]) -> None:
        # CloudFormation deletes a bucket only when nothing is in it.
        gone = {one.id for one in contents if one.status == "DELETE_COMPLETE"}
        for bucket in {one.id for one in contents if one.kind == BUCKET and one.id} - gone:
            try:
                empty_bucket(self.client("s3"), bucket)
            except ClientError as problem:
                if not is_gone(problem):
                    self.tell(f"{bucket}: {message_of(problem)}")


def describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    """Return what CloudFormation says of a stack, None when it is gone."""
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as problem:
        if is_gone(problem):
            return None
        raise
    return None if found["StackStatus"] == "DELETE_COMPLETE" else found


def stack_tags(cloudformation: Any, described: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a stack that was described.

    A stack gets its tags as its first change set is executed. Until then the change set has them.

    Args:
        cloudformation: A client that isn't watched.
        described: What CloudFormation says about the stack.
    """
    tags = _by_key(described)
    if described["StackStatus"] == "REVIEW_IN_PROGRESS":
        pages = cloudformation.get_paginator("list_change_sets").paginate(
            StackName=described["StackId"]
        )
        for summary in (one for page in pages for one in page["Summaries"]):
            tags |= _by_key(
                cloudformation.describe_change_set(ChangeSetName=summary["ChangeSetId"])
            )
    return tags


def _by_key(described: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in described.get("Tags") or ()}


def _stuck_resource(stack: str, summary: Mapping[str, Any]) -> Resource:
    return Resource(
        stack=stack,
        logical_id=summary["LogicalResourceId"],
        id=summary.get("PhysicalResourceId") or "",
        kind=summary["ResourceType"],
        status=summary["ResourceStatus"],
        reason=summary.get("ResourceStatusReason") or "",
    )


def _why(stuck: Sequence[Resource], reason: str) -> str:
    for one in stuck:
        return f"{one.logical_id} ({one.kind}): {one.reason or 'no reason given'}".rstrip(".")
    return reason.rstrip(".") or "no reason given"
