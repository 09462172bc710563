"""Which execution environment gets an invocation."""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    InvalidStatusException,
)

from harness.overlays.core import invocation


def reserve_idle(
    environments: list[ExecutionEnvironment], kind: Any
) -> ExecutionEnvironment | None:
    """Reserve the idle environment that was used last, among those of the thread's tenant.

    Args:
        environments: All of the function's version.
        kind: The initialisation type that the invocation's lease is for.
    """
    wanted = invocation.tenant.get()
    candidates = [
        environment
        for environment in environments
        if environment.initialization_type == kind
        and getattr(environment.runtime_executor, "tenant", None) == wanted
    ]
    candidates.sort(key=lambda environment: environment.last_returned, reverse=True)
    for environment in candidates:
        try:
            environment.reserve()
        except InvalidStatusException:
            continue
        return environment
    return None
