"""What happens with functions that our processes can't run."""

from __future__ import annotations

from typing import Any

from .runtimes import why_absent


class CannotRun(RuntimeError):
    """No process of ours and no container can run the function."""


def docker_executor() -> Any:
    """Return LocalStack's own executor, which runs functions in containers."""
    from localstack.services.lambda_.invocation.docker_runtime_executor import (
        DockerRuntimeExecutor,
    )

    return DockerRuntimeExecutor


def require_docker(configuration: Any) -> None:
    """Accept a function only if LocalStack can run it in a container.

    Raises:
        CannotRun: It can't; the message names the remedy.
    """
    if not has_docker():
        raise CannotRun(refusal_of(configuration.runtime))


def refusal_of(runtime: str | None) -> str:
    """Say why a function can't run here and what to do about it; `runtime` None is an image."""
    if runtime is None:
        return (
            "Functions from container images can't run here, because Docker isn't reachable. "
            "Start Docker, or package the function as a zip archive."
        )
    return (
        f"The runtime {runtime} can't run here: {why_absent(runtime)}, and Docker isn't reachable. "
        'Start Docker, or use a runtime that "harness doctor" lists.'
    )


def has_docker() -> bool:
    """Whether a Docker daemon answers."""
    from localstack.utils.docker_utils import DOCKER_CLIENT

    return bool(DOCKER_CLIENT.has_docker())
