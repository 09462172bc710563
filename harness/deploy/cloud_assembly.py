"""Cloud assemblies: what `cdk synth` leaves in `cdk.out`, read without the CDK.

A manifest names stacks, their templates and the manifests of their assets.
Source: https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.errors import UsageProblem

from .containment import resolve_within
from .problems import TemplateProblem
from .template import Template, read_template

MANIFEST: Final = "manifest.json"
_SYNTH = 'Make it anew with "cdk synth".'
_DEEPEST = 10


@dataclass(frozen=True)
class FileAsset:
    """A file or folder that goes to a bucket before its stack is deployed.

    Attributes:
        id: Its key in the asset manifest.
        path: Where it lies.
        is_zipped: Whether the folder is zipped first.
        bucket: The bucket's name, with CloudFormation's placeholders for account and region.
        key: The object's key.
    """

    id: str
    path: Path
    is_zipped: bool
    bucket: str
    key: str


@dataclass(frozen=True)
class AssemblyStack:
    """A stack of a cloud assembly.

    Attributes:
        id: Its key in the manifest, by which others depend on it.
        name: The stack's name.
        template: Its template, without what a bootstrapped account would be asked for.
        assets: What has to be uploaded for it.
        parameters: Values that the application gave.
        tags: Tags that the application gave.
        needs: Ids of the stacks that have to be there before.
        account: The account that it was made for; None when it is for any.
        region: The region that it was made for; None when it is for any.
    """

    id: str
    name: str
    template: Template
    assets: tuple[FileAsset, ...]
    parameters: dict[str, str]
    tags: dict[str, str]
    needs: frozenset[str]
    account: str | None
    region: str | None


def is_assembly(path: Path) -> bool:
    """Whether a path is a folder with a cloud assembly."""
    return (path / MANIFEST).is_file()


def read_assembly(folder: Path) -> list[AssemblyStack]:
    """Read a cloud assembly, with those of its stages.

    Returns:
        Its stacks, each after those that it needs.

    Raises:
        UsageProblem: There is no assembly.
        TemplateProblem: It is incomplete, asks for what isn't served, or names what lies outside.
    """
    if not is_assembly(folder):
        raise UsageProblem(f"{folder} holds no cloud assembly ({MANIFEST}).", _SYNTH)
    stacks = {stack.id: stack for stack in _stacks_in(folder, folder, 0)}
    if not stacks:
        raise TemplateProblem(f"{folder} holds no stack.", _SYNTH)
    return _in_order(stacks, folder)


def _stacks_in(folder: Path, home: Path, depth: int) -> Iterator[AssemblyStack]:
    if depth > _DEEPEST:
        raise TemplateProblem(f"{folder} nests stages too deeply.", "Flatten them.")
    manifest = _read_json(folder / MANIFEST)
    if missing := manifest.get("missing"):
        keys = ", ".join(str(one.get("key")) for one in missing if isinstance(one, dict))
        raise TemplateProblem(
            f"{folder} was made without values that the CDK looks up in an account ({keys}).",
            "Run cdk synth with credentials once, so that cdk.context.json has them.",
        )
    artifacts = _mappings(manifest.get("artifacts"), folder / MANIFEST, "artifacts")
    for artifact_id, artifact in artifacts.items():
        where = f'"{artifact_id}" in {folder / MANIFEST}'
        properties = _mapping(artifact.get("properties"), folder / MANIFEST, artifact_id)
        match artifact.get("type"):
            case "aws:cloudformation:stack":
                yield _stack(artifact_id, artifact, properties, artifacts, folder, home)
            case "cdk:cloud-assembly":
                named = str(properties.get("directoryName"))
                inner = resolve_within(home, named, where=where, base=folder)
                yield from _stacks_in(inner, home, depth + 1)


def _stack(
    artifact_id: str,
    artifact: dict[str, Any],
    properties: dict[str, Any],
    artifacts: dict[str, Any],
    folder: Path,
    home: Path,
) -> AssemblyStack:
    where = f'"{artifact_id}" in {folder / MANIFEST}'
    named = str(properties.get("templateFile"))
    path = resolve_within(home, named, where=where, base=folder)
    needs = [str(one) for one in artifact.get("dependencies") or []]
    manifests = [one for one in needs if _type_of(artifacts, one) == "cdk:asset-manifest"]
    account, region = _environment(artifact.get("environment"))
    return AssemblyStack(
        id=artifact_id,
        name=str(properties.get("stackName") or artifact_id),
        template=without_bootstrap(read_template(path, folder=home)),
        assets=tuple(
            asset for one in manifests for asset in _assets(artifacts[one], folder, home, but=path)
        ),
        parameters={str(k): str(v) for k, v in (properties.get("parameters") or {}).items()},
        tags={str(k): str(v) for k, v in (properties.get("tags") or {}).items()},
        needs=frozenset(needs) - set(manifests),
        account=account,
        region=region,
    )


def _assets(
    artifact: dict[str, Any], folder: Path, home: Path, *, but: Path
) -> Iterator[FileAsset]:
    named = str((artifact.get("properties") or {}).get("file"))
    path = resolve_within(home, named, where=f"{folder / MANIFEST}", base=folder)
    manifest = _read_json(path)
    images = _mappings(manifest.get("dockerImages"), path, "dockerImages")
    if images:
        names = ", ".join(str(one.get("displayName") or key) for key, one in images.items())
        raise TemplateProblem(
            f"{path} builds container images ({names}), which aren't served.",
            "Package the function as a zip archive (lambda.Function with Code.fromAsset).",
        )
    for asset_id, asset in _mappings(manifest.get("files"), path, "files").items():
        yield from _file_asset(asset_id, asset, path, home, but)


def _file_asset(
    asset_id: str, asset: dict[str, Any], manifest: Path, home: Path, but: Path
) -> Iterator[FileAsset]:
    where = f'"{asset.get("displayName") or asset_id}" in {manifest}'
    source = _mapping(asset.get("source"), manifest, asset_id)
    if source.get("executable"):
        raise TemplateProblem(
            f"{where} would be made by a command of the assembly's, which isn't run.",
            "Bundle the asset when the application is synthesised.",
        )
    path = resolve_within(home, str(source.get("path")), where=where, base=manifest.parent)
    if path == but:
        return  # the stack's own template, which the CDK uploads and we send
    for destination in _mappings(asset.get("destinations"), manifest, asset_id).values():
        key = str(destination.get("objectKey") or "")
        bucket = str(destination.get("bucketName") or "")
        if not key or not bucket:
            raise TemplateProblem(f"{where} has no bucket or key to go to.", _SYNTH)
        yield FileAsset(asset_id, path, source.get("packaging") == "zip", bucket, key)


def without_bootstrap(template: Template) -> Template:
    """Take out of a template the check that its account has the CDK's bootstrap stack.

    The check reads a parameter of Systems Manager that only `cdk bootstrap` makes.
    """
    body = template.copied_body()
    body.get("Parameters", {}).pop("BootstrapVersion", None)
    body.get("Rules", {}).pop("CheckBootstrapVersion", None)
    for section in ("Parameters", "Rules"):
        if section in body and not body[section]:
            del body[section]
    return template.with_body(body)


def _in_order(stacks: dict[str, AssemblyStack], folder: Path) -> list[AssemblyStack]:
    ordered: dict[str, AssemblyStack] = {}
    pending = dict(stacks)
    while pending:
        ready = [key for key, one in pending.items() if not one.needs & pending.keys()]
        if not ready:
            raise TemplateProblem(
                f"The stacks {', '.join(pending)} in {folder} need each other.", _SYNTH
            )
        for key in ready:
            ordered[key] = pending.pop(key)
    return list(ordered.values())


def _environment(named: Any) -> tuple[str | None, str | None]:
    # "aws://123456789012/eu-west-1", or "aws://unknown-account/unknown-region"
    account, _, region = str(named or "").removeprefix("aws://").partition("/")
    known = (
        one if one and not one.startswith(("unknown-", "current_")) else None
        for one in (account, region)
    )
    return next(known), next(known)


def _type_of(artifacts: dict[str, Any], key: str) -> Any:
    artifact = artifacts.get(key)
    return artifact.get("type") if isinstance(artifact, dict) else None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise TemplateProblem(f"There is no {path}.", _SYNTH) from problem
    except (OSError, ValueError, RecursionError) as problem:
        raise TemplateProblem(f"{path} can't be read: {problem}.", _SYNTH) from problem
    return _mapping(document, path, "the document")


def _mapping(value: Any, path: Path, name: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TemplateProblem(f"{path}: {name} isn't a mapping.", _SYNTH)
    return value


def _mappings(value: Any, path: Path, name: str) -> dict[str, dict[str, Any]]:
    found = _mapping(value, path, name)
    return {key: _mapping(one, path, f"{name}.{key}") for key, one in found.items()}
