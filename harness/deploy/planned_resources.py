"""What a template makes, counted by type, without making it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from harness.errors import HarnessError

from .asset_bucket import Uploaded
from .asset_locations import Kind, local_files, replacement
from .assets import with_globals
from .cloud_assembly import is_assembly, read_assembly
from .containment import resolve_within
from .parameters import as_text
from .sam import translated
from .stack_events import STACK_TYPE
from .template import Template, read_template

_SOMEWHERE: Final = Uploaded("bucket", "key")
_DEEPEST: Final = 20


def resources_in(path: Path, *, region: str) -> Counter[str]:
    """Return how many resources of each type a template makes, nested stacks' included.

    SAM's transform is applied; conditions aren't, so that it may be fewer.

    Args:
        path: A template, or a `cdk.out` folder.
        region: Where it would be deployed.

    Raises:
        HarnessError: It can't be read, or isn't valid.
    """
    if path.is_dir() and is_assembly(path):
        found: Counter[str] = Counter()
        for stack in read_assembly(path):
            found += _counted(stack.template, region, 0)
        return found
    return _counted(read_template(path), region, 0)


def _counted(template: Template, region: str, depth: int) -> Counter[str]:
    if depth > _DEEPEST:
        raise HarnessError(f"{template.path} nests stacks too deeply.", "Flatten them.")
    body = template.copied_body()
    nested: Counter[str] = Counter()
    for file in local_files(with_globals(body)):
        if file.location.kind is Kind.TEMPLATE:
            path = resolve_within(
                template.folder, file.named, where=file.where, base=template.path.parent
            )
            inner = read_template(path, folder=template.folder)
            nested += _counted(inner, region, depth + 1)
        properties = body["Resources"][file.logical_id].setdefault("Properties", {})
        properties[file.prop] = replacement(file.location.form, _SOMEWHERE, "https://bucket/key")
    document = translated(template.with_body(body), _defaults(template), region=region)
    return nested + Counter(
        str(resource.get("Type"))
        for resource in document["Resources"].values()
        if isinstance(resource, dict)
    )


def _defaults(template: Template) -> dict[str, Any]:
    # The translator wants a value of each; what it is changes no resource's type.
    return {
        name: as_text(parameter.get("Default", "value"))
        for name, parameter in template.parameters.items()
    }


__all__ = ["STACK_TYPE", "resources_in"]
