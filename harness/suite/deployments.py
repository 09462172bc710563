"""The `stack` and `deploy` fixtures: what a test module deploys, and that it is gone afterwards."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import UsageProblem

from .options import RUN_OPTIONS
from .telling import Tell, teller

if TYPE_CHECKING:
    from harness.deploy.stack import Stack
    from harness.deploy.stack_events import StackEvent
    from harness.targets.base import Target

TEMPLATES = ("template.yaml", "template.yml", "template.json", "cdk.out")
"""What the `stack` fixture deploys, the first that lies beside the test module."""


class Deployments:
    """Deploys templates for one test module, and deletes them in reverse order.

    Args:
        folder: The module's folder; templates are looked for there.
        tell: Called with a line for people as the work goes on.
    """

    def __init__(
        self, folder: Path, *, target: Target, account: str, region: str, tell: Tell
    ) -> None:
        self._folder, self._target = folder, target
        self._account, self._region, self.tell = account, region, tell
        self._stacks: list[Stack] = []

    def __call__(
        self,
        template: str | Path,
        *,
        parameters: Mapping[str, str] | None = None,
        name: str | None = None,
        account: str | None = None,
        region: str | None = None,
        tags: Mapping[str, str] | None = None,
        no_build: bool = False,
    ) -> Stack:
        """Deploy a template, or a `cdk.out` folder, and wait until it is complete.

        Args:
            template: Path, relative to the module's folder.
            parameters: The template's parameters.
            name: The stack's name; made from the folder's without it.
            account: Another account than the module's.
            region: Another region than the module's.
            tags: Tags of the stack.
            no_build: Package functions as they lie there, without installing what they require.

        Raises:
            DeploymentFailed: CloudFormation refused it, or a resource failed.
            UsageProblem: There is no such template.
        """
        from harness.deploy.stack import deploy

        path = self._folder / template
        name = name or stack_name(self._folder)
        self.tell(f"{name}: deploying {path.name}")
        stack = deploy(
            path,
            name=name,
            target=self._target,
            account=account or self._account,
            region=region or self._region,
            parameters=dict(parameters or {}),
            tags=dict(tags or {}),
            no_build=no_build,
            progress=lambda event: self.tell(f"{name}: {event}", level=level_of(event)),
        )
        self._stacks.append(stack)
        self.tell(f"{name}: deployed, {len(stack.resources)} resources")
        return stack

    @property
    def made(self) -> frozenset[str]:
        """Names and ids of all that the stacks hold."""
        return frozenset(made for stack in self._stacks for made in stack.resources.values())

    @property
    def durable_functions(self) -> set[tuple[str, str, str]]:
        """Account, region and name of the durable functions that the stacks hold."""
        return {
            (stack.account, stack.region, name)
            for stack in self._stacks
            for name in stack.durable_functions
        }

    @property
    def names(self) -> list[str]:
        return [stack.name for stack in self._stacks]

    def delete_all(self) -> None:
        """Delete the stacks, the latest first; the first failure is raised after the last try."""
        failures = []
        while self._stacks:
            stack = self._stacks.pop()
            self.tell(f"{stack.name}: deleting")
            try:
                stack.delete()
            except Exception as failure:
                failures.append(failure)
        if failures:
            raise failures[0]


DEPLOYMENTS = pytest.StashKey[Deployments]()
"""On a test module: its deployments, for those who look into them after a failure."""


def template_beside(folder: Path) -> Path:
    """Return the template that a test module's `stack` fixture deploys.

    Raises:
        UsageProblem: None lies there.
    """
    for name in TEMPLATES:
        if (folder / name).exists():
            return folder / name
    raise UsageProblem(
        f"The stack fixture found no template in {folder}.",
        f"Put one there ({', '.join(TEMPLATES)}), or use deploy(path).",
    )


def level_of(event: StackEvent) -> int:
    """Return how verbose a run must be to show an event: failures, ends, beginnings."""
    if event.is_failure:
        return 0
    return 3 if event.status.endswith("_IN_PROGRESS") else 2


def stack_name(folder: Path) -> str:
    """Return a stack name that CloudFormation accepts and that no other run has."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", folder.name).strip("-") or "stack"
    if not words[0].isalpha():
        words = f"stack-{words}"
    return f"{words[:40]}-{secrets.token_hex(3)}"


def deployments_of(
    request: pytest.FixtureRequest, target: Target, account: str, region: str
) -> Iterator[Deployments]:
    """Give a test module its deployments, and delete them afterwards unless they are to be kept."""
    deployments = Deployments(
        request.path.parent,
        target=target,
        account=account,
        region=region,
        tell=teller(request.config),
    )
    request.node.stash[DEPLOYMENTS] = deployments
    yield deployments
    if request.config.stash[RUN_OPTIONS].keep_stacks:
        for name in deployments.names:
            deployments.tell(f"{name}: kept, in account {account}")
    else:
        deployments.delete_all()
