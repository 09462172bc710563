"""What a template names on this machine, packaged and uploaded: the template that results.

The counterpart of `aws cloudformation package`, which does it for the same properties.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import archive
from .archive_reading import check_archive
from .asset_bucket import AssetBucket, Uploaded
from .asset_locations import Kind, LocalFile, local_files, replacement
from .containment import resolve_within
from .functions import Function, function_of
from .problems import TemplateProblem
from .python_sources import check_python_function
from .template import Template, read_template

DEEPEST_NESTING = 20

Build = Callable[[Function], Path | None]
"""Installs what a function requires: a folder that is packaged beneath its code, or None."""

Render = Callable[[Template, dict[str, Any]], dict[str, Any]]
"""Makes a nested template's document, given its parameters, what CloudFormation takes."""


@dataclass
class Packager:
    """Packages templates of one deployment.

    Attributes:
        bucket: Where it uploads to.
        build: Called for each function's folder.
        render: Called for each nested template, after it is packaged.
    """

    bucket: AssetBucket
    build: Build
    render: Render
    _uploaded: dict[tuple[Path, Path | None, str], Uploaded] = field(default_factory=dict)

    def package(self, template: Template) -> Template:
        """Upload what a template names; return it with the places in S3.

        Raises:
            TemplateProblem: It names what doesn't exist, can't be read, or lies elsewhere.
            BuildFailed: What a function requires can't be installed.
            DeploymentFailed: The upload failed.
        """
        return self._packaged(template, (template.path.resolve(),))

    def _packaged(self, template: Template, above: tuple[Path, ...]) -> Template:
        body = template.copied_body()
        for file in local_files(with_globals(body)):
            path = resolve_within(
                template.folder, file.named, where=file.where, base=template.path.parent
            )
            uploaded = self._upload(file, path, template, body, above)
            properties = body["Resources"][file.logical_id].setdefault("Properties", {})
            properties[file.prop] = replacement(
                file.location.form, uploaded, self.bucket.url(uploaded)
            )
        return template.with_body(body)

    def _upload(
        self,
        file: LocalFile,
        path: Path,
        template: Template,
        body: dict[str, Any],
        above: tuple[Path, ...],
    ) -> Uploaded:
        match file.location.kind:
            case Kind.CODE:
                return self._upload_code(file, path, body)
            case Kind.TEMPLATE:
                return self._upload_template(file, path, template, above)
            case Kind.DOCUMENT:
                _require_file(path, file)
                return self.bucket.put(path.read_bytes(), suffix=path.suffix, name=file.where)

    def _upload_code(self, file: LocalFile, path: Path, body: dict[str, Any]) -> Uploaded:
        if path.is_file():
            return self.bucket.put(_content_of(path, file), suffix=".zip", name=file.where)
        function = function_of(file, path, body)
        check_python_function(path, function.handler, function.runtime, where=file.where)
        libraries = self.build(function)
        key = (path, libraries, function.prefix)
        if key not in self._uploaded:
            content = _zipped_over(libraries, path, function.prefix)
            self._uploaded[key] = self.bucket.put(content, suffix=".zip", name=file.where)
        return self._uploaded[key]

    def _upload_template(
        self, file: LocalFile, path: Path, template: Template, above: tuple[Path, ...]
    ) -> Uploaded:
        _require_file(path, file)
        if path in above:
            raise TemplateProblem(
                f"{file.where} names {file.named}, the template that names it.",
                "Nest another template.",
            )
        if len(above) > DEEPEST_NESTING:
            raise TemplateProblem(
                f"{file.where} nests templates more than {DEEPEST_NESTING} deep.", "Flatten them."
            )
        nested = self._packaged(read_template(path, folder=template.folder), (*above, path))
        given = template.resources[file.logical_id].get("Properties", {}).get("Parameters") or {}
        document = json.dumps(self.render(nested, given), sort_keys=False).encode()
        return self.bucket.put(document, suffix=".template", name=file.where)


def with_globals(body: dict[str, Any]) -> dict[str, Any]:
    # SAM's Globals may name the code of functions that name none themselves.
    shared = (body.get("Globals") or {}).get("Function") or {}
    code = shared.get("CodeUri") if isinstance(shared, dict) else None
    resources: dict[str, Any] = body["Resources"]
    if code is None:
        return resources
    for resource in resources.values():
        if isinstance(resource, dict) and resource.get("Type") == "AWS::Serverless::Function":
            properties = resource.setdefault("Properties", {})
            if not {"CodeUri", "InlineCode", "ImageUri"} & properties.keys():
                properties["CodeUri"] = code
    return resources


def _content_of(path: Path, file: LocalFile) -> bytes:
    if path.suffix in (".zip", ".jar"):
        check_archive(path, where=file.where)
        return path.read_bytes()
    return archive.zipped_files([(path.name, path)], path)


def _zipped_over(libraries: Path | None, code: Path, prefix: str) -> bytes:
    # The function's own files win over a library's of the same name, as in AWS's builders.
    files = dict(archive.files_of(libraries)) if libraries else {}
    files.update((f"{prefix}{name}", path) for name, path in archive.files_of(code))
    return archive.zipped_files(sorted(files.items()), code)


def _require_file(path: Path, file: LocalFile) -> None:
    if not path.is_file():
        raise TemplateProblem(f"{file.where} names {file.named}, a folder.", "Name a file.")
