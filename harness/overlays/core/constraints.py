"""What a service's model says about a request's members, in the words of AWS's validation.

LocalStack's parser reads requests by the same model and passes over lengths, ranges and patterns.
Source: botocore's models.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def message_for(shape: Any, value: Any, path: str = "") -> str | None:
    """Return the message of the `ValidationException` for a request; None when it is valid.

    Args:
        shape: botocore's shape of the request, or of a member.
        value: What the request has.
        path: The member's name.
    """
    found = list(violations(shape, value, _lower(path)))
    if not found:
        return None
    noun = "error" if len(found) == 1 else "errors"
    return f"{len(found)} validation {noun} detected: {'; '.join(found)}"


def violations(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Yield the constraints that a value fails, each as AWS's own sentence."""
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                inner = f"{path}.{_lower(name)}" if path else _lower(name)
                if value.get(name) is not None:
                    yield from violations(member, value[name], inner)
                elif name in shape.required_members:
                    yield _violation(shape, None, inner, "Member must not be null")
        case "list":
            yield from _length(shape, value, path)
            for position, item in enumerate(value, start=1):
                yield from violations(shape.member, item, f"{path}.{position}.member")
        case "string":
            yield from _string(shape, value, path)
        case "integer" | "long":
            yield from _range(shape, value, path)


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    yield from _length(shape, value, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        constraint = f"Member must satisfy regular expression pattern: {pattern}"
        yield _violation(shape, value, path, constraint)
    if shape.enum and value not in shape.enum:
        constraint = f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
        yield _violation(shape, value, path, constraint)


def _length(shape: Any, value: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and len(value) < least:
        constraint = f"Member must have length greater than or equal to {least}"
        yield _violation(shape, value, path, constraint)
    if most is not None and len(value) > most:
        constraint = f"Member must have length less than or equal to {most}"
        yield _violation(shape, value, path, constraint)


def _range(shape: Any, value: int, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        constraint = f"Member must have value greater than or equal to {least}"
        yield _violation(shape, value, path, constraint)
    if most is not None and value > most:
        constraint = f"Member must have value less than or equal to {most}"
        yield _violation(shape, value, path, constraint)


def _violation(shape: Any, value: Any, path: str, constraint: str) -> str:
    if value is None:
        shown = " null"
    elif shape.metadata.get("sensitive"):
        shown = ""
    else:
        shown = f" '{value}'"
    return f"Value{shown} at '{path}' failed to satisfy constraint: {constraint}"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
