"""What a template says about the code of a function or layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .asset_locations import LocalFile

SERVERLESS = "AWS::Serverless::Function"
FUNCTIONS = ("AWS::Lambda::Function", SERVERLESS)
LAYERS = ("AWS::Lambda::LayerVersion", "AWS::Serverless::LayerVersion")


@dataclass(frozen=True)
class Function:
    """A function or layer whose code is a folder of this machine.

    Attributes:
        logical_id: The resource.
        where: Who names the folder, for errors: `CodeUri of "Hello"`.
        folder: The code.
        runtime: Such as `python3.13`; for a layer its `BuildMethod`; None when it isn't said.
        handler: Such as `app.handler`; None when it isn't said.
        architecture: `x86_64` or `arm64`.
        build_method: SAM's `Metadata.BuildMethod`, None when it isn't said.
        is_layer: Whether it is a layer.
        skips_build: Whether the template asks to package the folder as it is.
    """

    logical_id: str
    where: str
    folder: Path
    runtime: str | None = None
    handler: str | None = None
    architecture: str = "x86_64"
    build_method: str | None = None
    is_layer: bool = False
    skips_build: bool = False

    @property
    def prefix(self) -> str:
        """Where its own files go in the archive: a layer that is built gets Lambda's layout.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
        """
        if not self.is_layer or not self.build_method or self.skips_build:
            return ""
        return "nodejs/" if self.build_method.startswith("nodejs") else "python/"


def durable_functions_in(body: dict[str, Any]) -> list[str]:
    """Return the logical ids of a template's durable functions, SAM's Globals included.

    Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-durableconfig.html
    """
    shared = (body.get("Globals") or {}).get("Function")
    is_shared = isinstance(shared, dict) and "DurableConfig" in shared
    return [
        logical_id
        for logical_id, resource in body["Resources"].items()
        if isinstance(resource, dict)
        and resource.get("Type") in FUNCTIONS
        and (
            "DurableConfig" in (resource.get("Properties") or {})
            or (is_shared and resource["Type"] == SERVERLESS)
        )
    ]


def function_of(file: LocalFile, folder: Path, body: dict[str, Any]) -> Function:
    """Gather what a template says about one of its functions or layers, SAM's Globals included."""
    resource = body["Resources"][file.logical_id]
    shared = (body.get("Globals") or {}).get("Function") or {}
    if resource["Type"] != SERVERLESS or not isinstance(shared, dict):
        shared = {}
    properties = {**shared, **(resource.get("Properties") or {})}
    metadata = resource.get("Metadata") or {}
    method = _text(metadata.get("BuildMethod"))
    is_layer = resource["Type"] in LAYERS
    architectures = (
        metadata.get("BuildArchitecture")
        or properties.get("Architectures")
        or properties.get("CompatibleArchitectures")
    )
    return Function(
        logical_id=file.logical_id,
        where=file.where,
        folder=folder,
        runtime=method if is_layer else _text(_resolved(properties.get("Runtime"), body)),
        handler=_text(_resolved(properties.get("Handler"), body)),
        architecture=_first(architectures) or "x86_64",
        build_method=method,
        is_layer=is_layer,
        skips_build=bool(metadata.get("SkipBuild")),
    )


def _resolved(value: Any, body: dict[str, Any]) -> Any:
    # A parameter's default is the best guess there is before the deployment.
    if isinstance(value, dict) and isinstance(name := value.get("Ref"), str):
        parameter = (body.get("Parameters") or {}).get(name)
        return parameter.get("Default") if isinstance(parameter, dict) else None
    return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _first(value: Any) -> str | None:
    return _text(value[0] if isinstance(value, list) and value else value)
