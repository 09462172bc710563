"""A template's parameters, checked before anything is asked of AWS."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from harness.errors import UsageProblem

from .template import Template


def checked_parameters(
    template: Template, given: Mapping[str, Any], *, known_before: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return the values to send, as CloudFormation wants them: all text.

    Args:
        template: The template, for its declarations.
        given: Values by name; lists are joined with commas, booleans lower case.
        known_before: Parameters that a stack has a value of already.

    Raises:
        UsageProblem: One is unknown, missing, or not one of the values that are allowed.
    """
    declared = template.parameters
    for name in given:
        if name not in declared:
            raise _unknown(name, declared, template)
    values = {name: as_text(value) for name, value in given.items()}
    missing = [
        name
        for name, parameter in declared.items()
        if name not in values and "Default" not in parameter and name not in known_before
    ]
    if missing:
        names = ", ".join(f'"{name}"' for name in missing)
        raise UsageProblem(
            f"{template.path.name} wants a value for {names}.",
            f'Give it with the deployment, as parameters={{"{missing[0]}": …}}, or set a Default.',
        )
    for name, value in values.items():
        allowed = declared[name].get("AllowedValues")
        if isinstance(allowed, list) and value not in (texts := [as_text(one) for one in allowed]):
            raise UsageProblem(
                f'The parameter "{name}" can\'t be "{value}".',
                f"{template.path.name} allows {', '.join(texts)}.",
            )
    return values


def as_text(value: Any) -> str:
    """Word a value the way CloudFormation writes parameters."""
    match value:
        case bool():
            return str(value).lower()
        case list() | tuple():
            return ",".join(as_text(one) for one in value)
        case _:
            return str(value)


def _unknown(name: str, declared: Mapping[str, Any], template: Template) -> UsageProblem:
    near = difflib.get_close_matches(name, declared, n=1)
    hint = f'Did you mean "{near[0]}"? ' if near else ""
    known = ", ".join(declared) or "none"
    return UsageProblem(
        f'{template.path.name} has no parameter "{name}".', f"{hint}It declares: {known}."
    )
