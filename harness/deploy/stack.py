"""Deploys templates, and answers what a deployed stack can be asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .deployment import Deployed, bring_about
from .functions import durable_functions_in
from .place import CAPABILITIES, Place
from .removal import delete_stack
from .sources import Source, source_of, sources_of
from .stack_events import Progress, StackEvent

if TYPE_CHECKING:
    from harness.targets.base import Target

__all__ = ["CAPABILITIES", "Stack", "StackEvent", "deploy", "deploy_assembly"]


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
    _source: Source = dataclasses.field(repr=False)
    _tags: dict[str, str] = dataclasses.field(repr=False)

    @property
    def account(self) -> str:
        return self._place.account

    @property
    def region(self) -> str:
        return self._place.region

    @property
    def durable_functions(self) -> list[str]:
        """Names of its durable functions, those of nested stacks apart."""
        return [
            self.resources[logical_id]
            for logical_id in durable_functions_in(self._source.template.body)
            if logical_id in self.resources
        ]

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
        source = self._source.read_again() if template is None else source_of(template)
        tags = self._tags if tags is None else dict(tags)
        with self._place.explained(f"updating the stack {self.name}"):
            deployed = bring_about(self._place, source, parameters or {}, tags, stack=self.id)
        self._source, self._tags = source, dict(tags)
        self._take(deployed)

    def delete(self) -> None:
        """Delete the stack and what it made, and wait until it is gone.

        Raises:
            DeploymentFailed: Something could not be deleted.
        """
        with self._place.explained(f"deleting the stack {self.name}"):
            delete_stack(self._place, self.id)
        self.outputs, self.resources = {}, {}

    def _take(self, deployed: Deployed) -> None:
        self.id, self.changed = deployed.id, deployed.changed
        self.outputs, self.resources = deployed.outputs, deployed.resources


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
        template: A SAM or CloudFormation template; a `cdk.out` folder with one stack; or, of one
            with several, the stack's template in it.
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
    return _deployed(place, source_of(template), parameters or {}, dict(tags or {}))


def deploy_assembly(
    folder: Path,
    *,
    target: Target,
    account: str,
    region: str,
    parameters: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Stack]:
    """Deploy all stacks of a `cdk.out` folder under their own names, in the order they need.

    Args:
        folder: The cloud assembly.
        target: Where to deploy.
        account: The account's id.
        region: The region's name.
        parameters: Values of parameters; each goes to the stacks that declare it.
        tags: Tags of all stacks, beside those that the application gave.
        progress: Told each event, in order.

    Returns:
        The stacks by name, in the order of their deployment; delete them in reverse.

    Raises:
        UsageProblem: There is no assembly, or no stack has a parameter of some name.
        DeploymentFailed: One of them failed; those before it stay.
    """
    sources, given = sources_of(folder), dict(parameters or {})
    stacks: dict[str, Stack] = {}
    for source in sources:
        name = source.name or folder.resolve().name
        place = Place(target, account, region, name, CAPABILITIES, progress)
        own = {key: given[key] for key in given if key in source.template.parameters}
        # The last one is asked about what none has declared, so that it is refused by name.
        if source is sources[-1]:
            declared = {key for one in sources for key in one.template.parameters}
            own |= {key: given[key] for key in given.keys() - declared}
        stacks[name] = _deployed(place, source, own, dict(tags or {}))
    return stacks


def _deployed(
    place: Place, source: Source, parameters: Mapping[str, Any], tags: dict[str, str]
) -> Stack:
    with place.explained(f"deploying the stack {place.name}"):
        done = bring_about(place, source, parameters, tags)
    return Stack(
        place.name, done.id, done.outputs, done.resources, done.changed, place, source, tags
    )
