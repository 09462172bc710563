"""Policy documents: JSON to statements.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

from . import operators

LATEST: Final = "2012-10-17"
"""The version that knows policy variables; a document without version is of 2008."""
_VERSIONS: Final = (LATEST, "2008-10-17")
_EITHER: Final = ("Principal", "Action", "Resource")
_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Condition", *_EITHER, *(f"Not{element}" for element in _EITHER)}
)
_PRINCIPAL_TYPES: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


class MalformedPolicy(ValueError):
    """A document that isn't a policy; the message says where and why."""


class NotJson(MalformedPolicy):
    """What isn't even a JSON object."""


@dataclass(frozen=True)
class Condition:
    """One key of one operator: `{"StringLike": {"aws:PrincipalArn": [...]}}`.

    Attributes:
        operator: What compares.
        key: The condition key, in lower case.
        values: What it is compared with; booleans and numbers as strings.
    """

    operator: operators.Operator
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """One statement, its elements as tuples.

    Attributes:
        index: Its place in the document, from 0.
        principals: By type (`AWS`, `Service` …); None where the element is absent.
        source: The statement as it was written.
    """

    index: int
    effect: Literal["Allow", "Deny"]
    sid: str = ""
    principals: Mapping[str, tuple[str, ...]] | None = None
    not_principals: Mapping[str, tuple[str, ...]] | None = None
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    source: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """How people find it."""
        return self.sid or f"statement {self.index + 1}"


@dataclass(frozen=True)
class Policy:
    """A document.

    Attributes:
        has_variables: Whether `${…}` means something in it.
    """

    statements: tuple[Statement, ...]
    has_variables: bool = True
    allows: tuple[Statement, ...] = ()
    denies: tuple[Statement, ...] = ()


@lru_cache(maxsize=4096)
def parse(document: str) -> Policy:
    """Return the policy that a JSON document holds.

    Raises:
        MalformedPolicy: It is no policy.
    """
    try:
        content = json.loads(document)
    except (ValueError, RecursionError) as problem:
        raise NotJson(f"not JSON: {problem}") from None
    if not isinstance(content, dict):
        raise NotJson("not a JSON object")
    version = content.get("Version", _VERSIONS[1])
    if version not in _VERSIONS:
        raise MalformedPolicy(f"unknown Version {version!r}")
    found = content.get("Statement")
    statements = tuple(
        _statement(index, one)
        for index, one in enumerate(found if isinstance(found, list) else [found])
    )
    return Policy(
        statements,
        version == LATEST,
        tuple(one for one in statements if one.effect == "Allow"),
        tuple(one for one in statements if one.effect == "Deny"),
    )


def _statement(index: int, content: Any) -> Statement:
    where = f"statement {index + 1}"
    if not isinstance(content, dict):
        raise MalformedPolicy(f"{where} is not a JSON object")
    if unknown := content.keys() - _ELEMENTS:
        raise MalformedPolicy(f"{where} has unknown elements: {', '.join(sorted(unknown))}")
    effect = content.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise MalformedPolicy(f"{where} has Effect {effect!r}")
    for element in _EITHER:
        if element in content and f"Not{element}" in content:
            raise MalformedPolicy(f"{where} has {element} and Not{element}")
    if "Action" not in content and "NotAction" not in content:
        raise MalformedPolicy(f"{where} has no Action")
    return Statement(
        index,
        effect,
        str(content.get("Sid") or ""),
        _principals(content, "Principal", where),
        _principals(content, "NotPrincipal", where),
        _strings(content, "Action", where),
        _strings(content, "NotAction", where),
        _strings(content, "Resource", where),
        _strings(content, "NotResource", where),
        _conditions(content.get("Condition"), where),
        json.dumps(content, sort_keys=True),
    )


def _strings(content: Mapping[str, Any], element: str, where: str) -> tuple[str, ...]:
    found = content.get(element, [])
    values = found if isinstance(found, list) else [found]
    if element in content and not values:
        raise MalformedPolicy(f"{where} has an empty {element}")
    if not all(isinstance(value, str) for value in values):
        raise MalformedPolicy(f"{where} has a {element} that is no string")
    return tuple(values)


def _principals(
    content: Mapping[str, Any], element: str, where: str
) -> Mapping[str, tuple[str, ...]] | None:
    found = content.get(element)
    if found is None:
        return None
    if found == "*":
        return {"AWS": ("*",)}
    if not isinstance(found, dict) or not found:
        raise MalformedPolicy(f"{where} has {element} {found!r}")
    if unknown := found.keys() - _PRINCIPAL_TYPES:
        raise MalformedPolicy(f"{where} has {element} types: {', '.join(sorted(unknown))}")
    return {kind: _strings(found, kind, where) for kind in found}


def _conditions(found: Any, where: str) -> tuple[Condition, ...]:
    if found is None:
        return ()
    if not isinstance(found, dict):
        raise MalformedPolicy(f"{where} has a Condition that is no object")
    conditions = []
    for name, keys in found.items():
        operator = operators.named(name)
        if operator is None:
            raise MalformedPolicy(f"{where} has the unknown condition operator {name!r}")
        if not isinstance(keys, dict):
            raise MalformedPolicy(f"{where} has {name} without keys")
        for key, values in keys.items():
            listed = values if isinstance(values, list) else [values]
            conditions.append(
                Condition(operator, key.lower(), tuple(_text(one, where) for one in listed))
            )
    return tuple(conditions)


def _text(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise MalformedPolicy(f"{where} has a condition value of type {type(value).__name__}")
