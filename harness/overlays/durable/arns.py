"""ARNs of durable executions. Pure.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_GetDurableExecution.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATTERN = re.compile(
    r"arn:(?P<partition>[a-zA-Z0-9-]+):lambda:(?P<region>[a-zA-Z0-9-]+):(?P<account>\d{12})"
    r":function:(?P<function>[a-zA-Z0-9_-]+):(?P<version>\$LATEST(?:\.PUBLISHED)?|[0-9]+)"
    r"/durable-execution/(?P<name>[a-zA-Z0-9_-]+)/(?P<id>[a-zA-Z0-9_-]+)"
)


@dataclass(frozen=True)
class ExecutionArn:
    """An execution's ARN in its parts; the version is never an alias."""

    partition: str
    region: str
    account: str
    function: str
    version: str
    name: str
    id: str

    @property
    def function_arn(self) -> str:
        """The function's ARN without a version."""
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.function}"

    @property
    def version_arn(self) -> str:
        return f"{self.function_arn}:{self.version}"

    def __str__(self) -> str:
        return f"{self.version_arn}/durable-execution/{self.name}/{self.id}"


def parse(text: str) -> ExecutionArn | None:
    """Return an execution's ARN in its parts; None when the text isn't one."""
    match = _PATTERN.fullmatch(text)
    return ExecutionArn(**match.groupdict()) if match else None
