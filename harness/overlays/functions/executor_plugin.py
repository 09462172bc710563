"""LocalStack's way to find the executor."""

from __future__ import annotations

from typing import Any

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]
    name = "harness"

    def load(self, *args: Any, **kwargs: Any) -> Any:
        from .executor import Executor

        return Executor
