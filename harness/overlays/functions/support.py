"""What happens with functions that our processes can't run."""

from __future__ import annotations

from typing import Any

from localstack.aws.api.lambda_ import InvalidParameterValueException

from .runtimes import runtime_named, why_absent


def docker_executor() -> Any:
    """Return LocalStack's own executor, which runs functions in containers."""
    from localstack.services.lambda_.invocation.docker_runtime_executor import (
        DockerRuntimeExecutor,
    )

    return DockerRuntimeExecutor


def refuse_what_cannot_run(runtime: str | None) -> None:
    """Accept a function only if a process of ours or a container can run it.

    Args:
        runtime: Lambda's identifier; None for a function from a container image.

    Raises:
        InvalidParameterValueException: Neither can; the message names the remedy.
    """
    if runtime_named(runtime) is None and not _has_docker():
        raise InvalidParameterValueException(refusal_of(runtime), Type="User")


def refusal_of(runtime: str | None) -> str:
    """Say why a function can't run here and what to do about it."""
    if runtime is None:
        return (
            "Functions from container images can't run here, because this emulator starts no "
            "containers. Package the function as a zip archive."
        )
    return (
        f"The runtime {runtime} can't run here: {why_absent(runtime)}, and this emulator starts no "
        'containers. Use a runtime that "harness doctor" lists.'
    )


def _has_docker() -> bool:
    from localstack.utils.docker_utils import DOCKER_CLIENT

    return bool(DOCKER_CLIENT.has_docker())
