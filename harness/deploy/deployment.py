"""The steps from a source to a settled stack."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping
from typing import Any

from harness.errors import DeploymentFailed, HarnessError

from .change_sets import ChangeSet, create_change_set, execute
from .parameters import checked_parameters
from .place import Place
from .removal import delete_stack, describe, failure_of
from .sources import Source
from .stack_events import EventFeed
from .template import Template
from .waiting import settle

# A stack that was never made can only be deleted: whoever deploys again wants it anew.
_HALF_MADE = frozenset(
    {
        "CREATE_FAILED",
        "DELETE_FAILED",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
    }
)


@dataclasses.dataclass(frozen=True)
class Deployed:
    """What a deployment came to.

    Attributes:
        id: The stack's ARN.
        outputs: Its outputs by key.
        resources: Physical ids by logical id.
        changed: Whether anything was to be changed.
    """

    id: str
    outputs: dict[str, str]
    resources: dict[str, str]
    changed: bool


def bring_about(
    place: Place,
    source: Source,
    parameters: Mapping[str, Any],
    tags: Mapping[str, str],
    *,
    stack: str | None = None,
) -> Deployed:
    """Create a stack, or update the one that is there, and wait until it has settled.

    Everything that can be checked on this machine is checked before CloudFormation is asked.

    Args:
        place: Where, and under which name.
        source: What it is made of.
        parameters: Values that the caller gives.
        tags: Tags that the caller gives.
        stack: The ARN of the stack to update; found by name when not given.
    """
    cloudformation = place.client("cloudformation")
    existing = _existing(place, cloudformation, stack or place.name)
    before = {one["ParameterKey"] for one in (existing or {}).get("Parameters", [])}
    given = {**source.parameters, **parameters}
    values = checked_parameters(source.template, given, known_before=frozenset(before))
    known = {
        one["ParameterKey"]: one.get("ParameterValue")
        for one in (existing or {}).get("Parameters", [])
    }
    document = source.prepare(place, {**_kept(source.template, known), **values})
    change_set = _change_set(
        place,
        cloudformation,
        source,
        document,
        sent=_as_sent(source.template, values, before),
        tags={**source.tags, **tags},
        is_update=existing is not None,
    )
    if change_set is None:
        if existing is None:
            raise DeploymentFailed(
                f"CloudFormation finds nothing to create for the stack {place.name}.",
                "Check the conditions of its resources.",
            )
        return _deployed(cloudformation, existing["StackId"], changed=False)
    feed = EventFeed(cloudformation, change_set.stack_id)
    if existing:
        feed.skip_past()
    execute(cloudformation, change_set)
    settled = settle(
        cloudformation, change_set.stack_id, feed, poll=place.poll, progress=place.progress
    )
    if settled.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        failure = failure_of(place, "update" if existing else "create", settled)
        if not existing:
            _remove(place, change_set.stack_id, failure)
        raise failure
    return _deployed(cloudformation, change_set.stack_id, changed=True)


def _existing(place: Place, cloudformation: Any, stack: str) -> dict[str, Any] | None:
    described = describe(cloudformation, stack)
    if described is None or described["StackStatus"] == "DELETE_COMPLETE":
        return None
    if described["StackStatus"] in _HALF_MADE:
        delete_stack(place, described["StackId"])
        return None
    return described


def _change_set(
    place: Place,
    cloudformation: Any,
    source: Source,
    document: dict[str, Any],
    *,
    sent: list[dict[str, Any]],
    tags: Mapping[str, str],
    is_update: bool,
) -> ChangeSet | None:
    try:
        return create_change_set(
            cloudformation,
            source.template.with_body(document),
            document,
            stack=place.name,
            name=f"harness-{secrets.token_hex(4)}",
            kind="UPDATE" if is_update else "CREATE",
            parameters=sent,
            capabilities=place.capabilities,
            tags=tags,
            bucket=place.bucket,
            poll=place.poll,
        )
    except HarnessError as failure:
        # The change set has made an empty stack, which would be in the way of the next try.
        if not is_update:
            _remove(place, place.name, failure)
        raise


def _remove(place: Place, stack: str, failure: HarnessError) -> None:
    # The failure that led here is the one to tell; what stays behind is added to it.
    try:
        delete_stack(dataclasses.replace(place, progress=None), stack)
    except DeploymentFailed as leftover:
        failure.add_note(f"Nor could it be removed: {leftover.problem}")


def _deployed(cloudformation: Any, stack_id: str, *, changed: bool) -> Deployed:
    described = describe(cloudformation, stack_id)
    if described is None:
        raise RuntimeError(f"{stack_id} vanished")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    resources = {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for page in pages
        for one in page["StackResourceSummaries"]
        if one.get("PhysicalResourceId") and one["ResourceStatus"] != "DELETE_COMPLETE"
    }
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
    return Deployed(stack_id, outputs, resources, changed)


def _as_sent(template: Template, values: dict[str, str], before: set[str]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in values.items()
    ]
    kept = (name for name in template.parameters if name in before and name not in values)
    return sent + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]


def _kept(template: Template, known: Mapping[str, str | None]) -> dict[str, str]:
    # What SAM's translator sees of parameters that keep their value; "****" hides a secret.
    return {
        name: value
        for name, value in known.items()
        if value is not None and value != "****" and name in template.parameters
    }
