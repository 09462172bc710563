"""The identity sources of an authorizer: which parts of a request say who calls. Pure.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sources:
    """Where identity sources are looked up.

    Attributes:
        headers: By name in lower case.
        query: Query string parameters.
        stage_variables: The stage's.
        context: `$context`.
    """

    headers: Mapping[str, str]
    query: Mapping[str, str]
    stage_variables: Mapping[str, str]
    context: Mapping[str, Any]

    def value_of(self, source: str) -> str | None:
        """Return what a mapping expression such as `method.request.header.Auth` stands for."""
        for prefix, values in (
            ("method.request.querystring.", self.query),
            ("stageVariables.", self.stage_variables),
        ):
            if source.startswith(prefix):
                return values.get(source.removeprefix(prefix))
        if source.startswith("method.request.header."):
            return self.headers.get(source.removeprefix("method.request.header.").lower())
        found: Any = self.context
        for name in source.removeprefix("context.").split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) else None


def identity_values(identity_source: str | None, sources: Sources) -> tuple[str | None, ...]:
    """Return the values of a comma-separated list of identity sources."""
    listed = [source.strip() for source in (identity_source or "").split(",")]
    return tuple(sources.value_of(source) for source in listed if source)


def is_recognized(values: tuple[str | None, ...], *, expression: str | None = None) -> bool:
    """Whether all identity sources are there, and match the expression if there is one."""
    return all(value and (not expression or re.fullmatch(expression, value)) for value in values)
