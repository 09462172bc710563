"""Deploys a template, and what a deployed stack can be asked."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from .asset_bucket import AssetBucket
from .assets import Packager
from .build import builder
from .change_sets import create_change_set, execute
from .nested import with_nested_events
from .parameters import as_text, checked_parameters
from .refusals import failed_stack
from .sam import translated
from .stack_events import EventFeed, Progress, failures
from .template import Template, read_template
from .waiting import Settled, settle

if TYPE_CHECKING:
    from harness.targets.base import Target

CAPABILITIES: Final = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
DEFAULT_POLL: Final = timedelta(seconds=0.1)


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a stack is deployed, and how.

    Attributes:
        target: The target.
        account: The account's id.
        region: The region's name.
        name: The stack's name.
        capabilities: What templates may do; all by default.
        progress: Told each event.
        no_build: Package functions as they lie there, without installing what they require.
    """

    target: Target
    account: str
    region: str
    name: str
    capabilities: Sequence[str] = CAPABILITIES
    progress: Progress | None = None
    no_build: bool = False

    def client(self, service: str) -> Any:
        return self.target.client(service, account=self.account, region=self.region)

    @property
    def poll(self) -> timedelta:
        """The first pause between two looks: short on emulators, where a call costs little."""
        seconds = getattr(self.target, "poll_seconds", None)
        return DEFAULT_POLL if seconds is None else timedelta(seconds=seconds)


@dataclasses.dataclass
class Stack:
    """A deployed stack.

    Attributes:
        name: Its name.
        id: Its ARN.
        outputs: Its outputs by key.
        resources: Physical ids by logical id.
        changed: Whether the latest deployment changed anything.
    """

    name: str
    id: str
    outputs: dict[str, str]
    resources: dict[str, str]
    changed: bool
    _place: Place = dataclasses.field(repr=False)
    _template: Template = dataclasses.field(repr=False)
    _tags: dict[str, str] = dataclasses.field(repr=False)

    def client(self, service: str) -> Any:
        """Return a boto3 client of the stack's account and region."""
        return self._place.client(service)

    def update(
        self,
        template: Path | None = None,
        parameters: Mapping[str, Any] | None = None,
        *,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Deploy again: another template, other parameters, or the same with changed code.

        Parameters that aren't named keep their values. Nothing to change is fine: `changed` says.

        Args:
            template: Another template; the same file is read again when not given.
            parameters: New values.
            tags: New tags; the old ones stay when not given.

        Raises:
            DeploymentFailed: It could not be updated; CloudFormation has rolled it back.
        """
        read = read_template(template or self._template.path, folder=self._template.folder)
        if template is not None:
            read = read_template(template)
        self._tags = dict(self._tags if tags is None else tags)
        updated = _deploy(self._place, read, parameters or {}, self._tags, self.id)
        self.__dict__.update(updated.__dict__)

    def delete(self) -> None:
        """Delete the stack and what it made, and wait until it is gone.

        Raises:
            DeploymentFailed: Something could not be deleted.
        """
        delete_stack(self._place, self.id)
        self.outputs, self.resources = {}, {}


def deploy(
    template: Path,
    *,
    target: Target,
    account: str,
    region: str,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    capabilities: Sequence[str] = CAPABILITIES,
    tags: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    no_build: bool = False,
) -> Stack:
    """Deploy a template: package its code, build libraries, create or update its stack, and wait.

    Args:
        template: A SAM or CloudFormation template, or a `cdk.out` folder with one stack.
        target: Where to deploy.
        account: The account's id.
        region: The region's name.
        name: The stack's name; one that exists is updated.
        parameters: Values of the template's parameters. On an update, those that aren't named
            keep their values.
        capabilities: What the template may do; by default all, it is the caller's own.
        tags: Tags of the stack.
        progress: Told each event of the stack and its resources, in order.
        no_build: Package functions as they lie there, without installing what they require.

    Returns:
        The stack, complete.

    Raises:
        UsageProblem: There is no such template, or a parameter is unknown or missing.
        TemplateProblem: The template, or a file that it names, can't be deployed.
        BuildFailed: What a function requires could not be installed.
        DeploymentFailed: CloudFormation refused it, or a resource failed. A stack that could not
            be created is removed again, one that could not be updated is as it was before.
    """
    place = Place(target, account, region, name, tuple(capabilities), progress, no_build)
    return _deploy(place, read_template(template), parameters or {}, dict(tags or {}), None)


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
    # A stack that is gone although one of its resources isn't would be a silent leftover.
    if settled.status != "DELETE_COMPLETE" or failures(settled.events):
        raise _failure(place, "delete", settled)


def describe(cloudformation: Any, stack: str) -> dict[str, Any] | None:
    """Return what CloudFormation says about a stack, None when there is none."""
    try:
        found: dict[str, Any] = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as problem:
        if "does not exist" in problem.response["Error"].get("Message", ""):
            return None
        raise
    return found


def _deploy(
    place: Place,
    template: Template,
    parameters: Mapping[str, Any],
    tags: dict[str, str],
    stack_id: str | None,
) -> Stack:
    cloudformation = place.client("cloudformation")
    existing = _usable(place, cloudformation, stack_id or place.name)
    before = {one["ParameterKey"] for one in (existing or {}).get("Parameters", [])}
    values = checked_parameters(template, parameters, known_before=frozenset(before))
    bucket = AssetBucket(place.client, place.account, place.region)
    packager = Packager(
        bucket,
        builder(place),
        lambda nested, given: translated(nested, _literals(given), region=place.region),
    )
    packaged = packager.package(template)
    document = translated(packaged, values, region=place.region)
    feed = EventFeed(cloudformation, existing["StackId"] if existing else place.name)
    if existing:
        feed.skip_past()
    try:
        change_set = create_change_set(
            cloudformation,
            template.with_body(document),
            document,
            stack=place.name,
            name=f"harness-{secrets.token_hex(4)}",
            kind="UPDATE" if existing else "CREATE",
            parameters=_as_sent(template, values, before),
            capabilities=place.capabilities,
            tags=tags,
            bucket=bucket,
            poll=place.poll,
        )
    except Exception:
        if not existing:
            _remove(place, cloudformation, place.name)
        raise
    if change_set is None:
        assert existing is not None
        return _stack(place, cloudformation, existing["StackId"], template, tags, changed=False)
    feed = feed if existing else EventFeed(cloudformation, change_set.stack_id)
    execute(cloudformation, change_set)
    settled = settle(
        cloudformation, change_set.stack_id, feed, poll=place.poll, progress=place.progress
    )
    if settled.status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        failure = _failure(place, "update" if existing else "create", settled)
        if not existing:
            _remove(place, cloudformation, change_set.stack_id)
        raise failure
    return _stack(place, cloudformation, change_set.stack_id, template, tags, changed=True)


def _usable(place: Place, cloudformation: Any, stack: str) -> dict[str, Any] | None:
    # A stack that was never made can only be deleted: whoever deploys again wants it anew.
    described = describe(cloudformation, stack)
    if described is None or described["StackStatus"] == "DELETE_COMPLETE":
        return None
    if described["StackStatus"] in (
        "CREATE_FAILED",
        "DELETE_FAILED",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
    ):
        delete_stack(place, described["StackId"])
        return None
    return described


def _remove(place: Place, cloudformation: Any, stack: str) -> None:
    # The failure that led here is the one to tell; what can't be deleted stands in its note.
    quiet = dataclasses.replace(place, progress=None)
    delete_stack(quiet, stack)


def _failure(place: Place, doing: str, settled: Settled) -> Exception:
    events = with_nested_events(place.client("cloudformation"), settled.events)
    return failed_stack(place.name, doing, events, settled.status, settled.reason)


def _stack(
    place: Place,
    cloudformation: Any,
    stack_id: str,
    template: Template,
    tags: dict[str, str],
    *,
    changed: bool,
) -> Stack:
    described = describe(cloudformation, stack_id)
    if described is None:
        raise RuntimeError(f"{stack_id} vanished")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_id)
    resources = {
        one["LogicalResourceId"]: one.get("PhysicalResourceId") or ""
        for page in pages
        for one in page["StackResourceSummaries"]
        if one["ResourceStatus"] != "DELETE_COMPLETE"
    }
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}
    return Stack(place.name, stack_id, outputs, resources, changed, place, template, tags)


def _as_sent(template: Template, values: dict[str, str], before: set[str]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = [
        {"ParameterKey": name, "ParameterValue": value} for name, value in values.items()
    ]
    kept = (name for name in template.parameters if name in before and name not in values)
    return sent + [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]


def _literals(given: Mapping[str, Any]) -> dict[str, str]:
    # A nested template's parameters are often what other resources return; those come later.
    return {
        name: as_text(value) for name, value in given.items() if not isinstance(value, dict | list)
    }
