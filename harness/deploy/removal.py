"""Deletes stacks, and says what could not be deleted."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from harness.errors import DeploymentFailed

from .nested import with_nested_events
from .place import Place
from .refusals import failed_stack
from .stack_events import EventFeed, failures
from .waiting import Settled, settle


def delete_stack(place: Place, stack: str) -> None:
    """Delete a stack by name or ARN, and wait; quietly when there is none.

    Raises:
        DeploymentFailed: Something could not be deleted.
    """
    cloudformation = place.client("cloudformation")
    described = describe(cloudformation, stack)
    if described is None or described["StackStatus"] == "DELETE_COMPLETE":
        return
    stack_id = described["StackId"]
    feed = EventFeed(cloudformation, stack_id)
    feed.skip_past()
    cloudformation.delete_stack(StackName=stack_id)
    settled = settle(cloudformation, stack_id, feed, poll=place.poll, progress=place.progress)
    remove = getattr(place.target, "remove_stack", None)
    if settled.status == "DELETE_FAILED" and remove:
        # On an account nothing may stay: a bucket is emptied, what doesn't go is taken out.
        remove(stack_id, account=place.account, region=place.region)
        return
    # A stack that is gone although one of its resources isn't would be a silent leftover.
    if settled.status != "DELETE_COMPLETE" or failures(settled.events):
        raise failure_of(place, "delete", settled)


def describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    """Return what CloudFormation says about a stack, None when there is none."""
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as problem:
        if "does not exist" in problem.response["Error"].get("Message", ""):
            return None
        raise
    return found


def failure_of(place: Place, doing: str, settled: Settled) -> DeploymentFailed:
    """Word how an operation failed, by the resources of the stack and of those nested in it."""
    events = with_nested_events(place.client("cloudformation"), settled.events)
    return failed_stack(place.name, doing, events, settled.status, settled.reason)
