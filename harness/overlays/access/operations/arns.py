"""From a request's parameters to the ARN of what it is about, by the type's ARN format.

Pure: what only a service knows (a secret's suffix, a role's path) it is told by its caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from .reference import Action, ResourceType

_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")
_PLACES: Final = ("Partition", "Region", "Account")
_ENDINGS: Final = ("withoutleadingslash", "withpath", "name", "id")

Parameters = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """Where a request is made.

    Attributes:
        partition: Such as `aws`.
        region: Region name.
        account: 12-digit id of the caller's account.
    """

    partition: str
    region: str
    account: str


NOT_THIS: Final = ""
"""What a lookup returns for a type that the request is not about."""

Lookup = Callable[[str, Parameters, Place], str | None]
"""Knows a type's ARN where the parameters alone don't tell it: (type, parameters, place)."""


def resources_of(
    action: Action, parameters: Parameters, place: Place, lookup: Lookup | None = None
) -> list[str]:
    """Return the ARNs that an action is done to; `*` when it has no resource.

    What AWS makes up only as it carries out the request (the id of something new) is `*` in them.
    """
    if not action.resource_types:
        return ["*"]
    whole, partial = [], []
    for kind in action.resource_types:
        told = lookup(kind.name, parameters, place) if lookup else None
        if told == NOT_THIS:
            continue
        if arn := told or _named(kind, parameters):
            whole.append(arn)
        elif arn := _composed(kind, parameters, place):
            if "*" not in arn:
                whole.append(arn)
            elif kind.is_required:
                partial.append(arn)
    arns = whole or partial
    # A stream of a log group, an index of a table: the more exact one is meant.
    return [
        arn
        for number, arn in enumerate(arns)
        if arn not in arns[:number]
        and not any(other != arn and _contains(arn, other) for other in arns)
    ] or ["*"]


def _contains(arn: str, other: str) -> bool:
    return other.startswith(arn) and other[len(arn)] in ":/"


def _named(kind: ResourceType, parameters: Parameters) -> str | None:
    """Return the parameter that is an ARN of this type."""
    for value in parameters.values():
        is_arn = isinstance(value, str) and value.startswith("arn:")
        if is_arn and any(_format(arn).fullmatch(value) for arn in kind.arns):
            return str(value)
    return None


@cache
def _format(arn: str) -> re.Pattern[str]:
    parts = _PLACEHOLDER.split(arn)
    # Text and names alternate. A name in the last part may hold what separates others.
    pieces = [
        re.escape(text) if number % 2 == 0 else _PLACEHOLDER_FORMAT.get(text, r"[^:/]+")
        for number, text in enumerate(parts)
    ]
    return re.compile("".join(pieces))


_PLACEHOLDER_FORMAT: Final = {
    "Partition": r"[a-z-]+",
    "Region": r"[a-z0-9-]*",
    "Account": r"\d{12}",
    "ObjectName": r".+",
    "LogGroupName": r"[^:]+",
    "RoleNameWithPath": r".+",
    "UserNameWithPath": r".+",
    "GroupNameWithPath": r".+",
    "PolicyNameWithPath": r".+",
    "SecretId": r"[^:]+",
    "StreamLabel": r".+",
    "ParameterNameWithoutLeadingSlash": r".+",
}


def _composed(kind: ResourceType, parameters: Parameters, place: Place) -> str | None:
    """Fill the type's ARN with parameters; the format whose names are all known goes first."""
    given = {
        name.lower(): str(value)
        for name, value in parameters.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    }
    drafts = [_fill(arn, given, kind, place) for arn in kind.arns]
    return min(drafts, key=lambda arn: arn.count("*"), default=None)


def _fill(arn: str, given: Mapping[str, str], kind: ResourceType, place: Place) -> str:
    names = [name for name in _PLACEHOLDER.findall(arn) if name not in _PLACES]

    def value_of(match: re.Match[str]) -> str:
        name = match[1]
        if name in _PLACES:
            return str(getattr(place, name.lower()))
        is_only = len(names) == 1
        found = _value(name, given, is_only=is_only and kind.is_required)
        return found or (_of_kind(kind, given) if is_only else None) or "*"

    return _PLACEHOLDER.sub(value_of, arn)


def _value(name: str, given: Mapping[str, str], *, is_only: bool) -> str | None:
    lowered = name.lower()
    bare = lowered
    for ending in _ENDINGS:
        bare = bare.removesuffix(ending) or bare
    wanted = [lowered, bare, *(f"{bare}{ending}" for ending in ("name", "id"))]
    if is_only:
        wanted += ["name", "id"]
    for candidate in wanted:
        if value := given.get(candidate):
            return value.removeprefix("/") if "leadingslash" in lowered else value
    if value := given.get(f"{bare}arn"):
        return re.split("[:/]", value)[-1]
    return None


def _of_kind(kind: ResourceType, given: Mapping[str, str]) -> str | None:
    """Return the name or id that is called for its type: `WindowId` of a maintenance window."""
    whole = re.sub("[^a-z0-9]", "", kind.name.lower())
    for name, value in given.items():
        bare = name.removesuffix("name").removesuffix("id")
        if bare not in ("", name) and whole.endswith(bare):
            return value
    return None
