"""Where a stack's template comes from: a file of its own, or a cloud assembly."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from harness.errors import UsageProblem

from . import archive
from .assets import Packager
from .build import builder
from .cloud_assembly import AssemblyStack, FileAsset, is_assembly, read_assembly
from .parameters import as_text
from .place import Place
from .sam import translated
from .template import Template, read_template


class Source(Protocol):
    """What a stack is made of.

    Attributes:
        name: The stack's name, where the source gives one.
        template: The template as written; it declares the parameters.
        parameters: Values that come with it, beneath those that a caller gives.
        tags: Tags that come with it.
    """

    @property
    def name(self) -> str | None: ...

    @property
    def template(self) -> Template: ...

    @property
    def parameters(self) -> Mapping[str, str]: ...

    @property
    def tags(self) -> Mapping[str, str]: ...

    def prepare(self, place: Place, values: Mapping[str, str]) -> dict[str, Any]:
        """Upload what the template names; return the document that CloudFormation gets."""

    def read_again(self) -> Source:
        """Return the same source as it is now."""


@dataclasses.dataclass(frozen=True)
class TemplateSource:
    """A SAM or CloudFormation template and what it names."""

    template: Template
    name: str | None = None
    parameters: Mapping[str, str] = dataclasses.field(default_factory=dict)
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def prepare(self, place: Place, values: Mapping[str, str]) -> dict[str, Any]:
        packager = Packager(
            place.bucket,
            builder(place.tell, platform=place.platform, no_build=place.no_build),
            lambda nested, given: translated(nested, _literals(given), region=place.region),
        )
        return translated(packager.package(self.template), values, region=place.region)

    def read_again(self) -> TemplateSource:
        return TemplateSource(read_template(self.template.path, folder=self.template.folder))


@dataclasses.dataclass(frozen=True)
class AssemblySource:
    """A stack of a cloud assembly in `folder`."""

    folder: Path
    stack: AssemblyStack

    @property
    def name(self) -> str:
        return self.stack.name

    @property
    def template(self) -> Template:
        return self.stack.template

    @property
    def parameters(self) -> Mapping[str, str]:
        return self.stack.parameters

    @property
    def tags(self) -> Mapping[str, str]:
        return self.stack.tags

    def prepare(self, place: Place, values: Mapping[str, str]) -> dict[str, Any]:
        self._check_environment(place)
        bucket = place.bucket
        for asset in self.stack.assets:
            name = _in_place(asset.bucket, place)
            bucket.put_at(_in_place(asset.key, place), _content(asset), bucket=name, name=asset.id)
        return self.template.copied_body()

    def read_again(self) -> AssemblySource:
        stacks = {stack.id: stack for stack in read_assembly(self.folder)}
        if self.stack.id not in stacks:
            raise UsageProblem(
                f'{self.folder} no longer has the stack "{self.stack.id}".',
                f"It has {', '.join(stacks)}.",
            )
        return AssemblySource(self.folder, stacks[self.stack.id])

    def _check_environment(self, place: Place) -> None:
        # An emulator gives each test module an account of its own; a real account is meant.
        if "reset" in place.target.capabilities:
            return
        for meant, given in (
            (self.stack.account, place.account),
            (self.stack.region, place.region),
        ):
            if meant and meant != given:
                raise UsageProblem(
                    f'The stack "{self.stack.name}" was made for {meant}, not for {given}.',
                    "Synthesise it for that environment, or deploy it to its own.",
                )


def sources_of(path: Path) -> list[Source]:
    """Find what a path names: a template, or all stacks of a `cdk.out` folder.

    Returns:
        The sources, each after those that it needs.
    """
    if path.is_dir() and is_assembly(path):
        return [AssemblySource(path, stack) for stack in read_assembly(path)]
    return [TemplateSource(read_template(path))]


def source_of(path: Path) -> Source:
    """Find the one source that a path names.

    `cdk.out/Name.template.json` names one stack of an assembly.

    Raises:
        UsageProblem: It names an assembly with several stacks.
    """
    if path.is_file() and is_assembly(path.parent):
        folder = _outermost(path.parent.resolve())
        for stack in read_assembly(folder):
            if stack.template.path.resolve() == path.resolve():
                return AssemblySource(folder, stack)
    found = sources_of(path)
    if len(found) > 1:
        names = ", ".join(source.template.path.name for source in found)
        raise UsageProblem(
            f"{path} holds {len(found)} stacks.", f"Name one of their templates: {names}."
        )
    return found[0]


def _outermost(folder: Path) -> Path:
    # The assembly of a stage names assets of the one that it lies in.
    while is_assembly(folder.parent):
        folder = folder.parent
    return folder


def _content(asset: FileAsset) -> bytes:
    if asset.is_zipped and asset.path.is_dir():
        return archive.zipped_files(
            list(archive.files_of(asset.path, is_complete=True)), asset.path
        )
    return asset.path.read_bytes()


def _in_place(text: str, place: Place) -> str:
    for name, value in (
        ("AccountId", place.account),
        ("Region", place.region),
        ("Partition", place.partition),
    ):
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _literals(given: Mapping[str, Any]) -> dict[str, str]:
    # A nested template's parameters are often what other resources return; those come later.
    return {
        name: as_text(value) for name, value in given.items() if not isinstance(value, dict | list)
    }
