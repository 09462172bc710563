"""What happens with functions that our processes can't run."""

from __future__ import annotations

from typing import Final

from localstack.aws.api.lambda_ import InvalidParameterValueException

from .containers import socket_path
from .runtimes import runtime_named, why_absent

_MOUNT: Final = "run the emulator in a container with Docker's socket mounted"


def refuse_what_cannot_run(runtime: str | None) -> None:
    """Accept a function only if a process of ours or a container can run it.

    Args:
        runtime: Lambda's identifier; None for a function from a container image.

    Raises:
        InvalidParameterValueException: Neither can; the message names the remedy.
    """
    if runtime_named(runtime) is None and not socket_path():
        raise InvalidParameterValueException(refusal_of(runtime), Type="User")


def refusal_of(runtime: str | None) -> str:
    """Say why a function can't run here and what to do about it."""
    if runtime is None:
        return (
            "Functions from container images can't run here, because this emulator starts no "
            f"containers. Package the function as a zip archive, or {_MOUNT}."
        )
    return (
        f"The runtime {runtime} can't run here: {why_absent(runtime)}, and this emulator starts no "
        f'containers. Use a runtime that "harness doctor" lists, or {_MOUNT}.'
    )
