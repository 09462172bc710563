"""Turns what Docker's engine and its library raise into a sentence with a remedy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from harness.errors import HarnessError, MissingRequirement

from .endpoint import Endpoint

WITHOUT: Final = "The embedded target needs no Docker."
_FULL: Final = ("no space left on device", "disk quota exceeded")
_PORT: Final = ("port is already allocated", "address already in use")
_ARCHITECTURE: Final = ("exec format error", "does not match the specified platform")
_INCOMPLETE: Final = ("executable file not found", "no such file or directory: unknown")
_ADDRESS: Final = ("cannot assign requested address",)


class PortTakenThereError(Exception):
    """The engine can't publish the port: somebody else has it."""


class EngineGone(MissingRequirement):
    """The engine doesn't answer, or doesn't any more."""


@contextmanager
def explained(endpoint: Endpoint) -> Iterator[None]:
    """Word the problems of whoever speaks to the engine.

    Raises:
        MissingRequirement: There is no engine, it may not be used, or it lacks something.
        HarnessError: It refused for another reason, in its own words.
        PortTakenThereError: It could not publish a port.
    """
    # Slow to import, and only who speaks to Docker comes here.
    import docker.errors
    import requests
    import urllib3

    try:
        yield
    except docker.errors.APIError as refusal:
        raise _refused(str(refusal.explanation or refusal), endpoint) from refusal
    except (
        docker.errors.DockerException,
        requests.RequestException,
        urllib3.exceptions.HTTPError,
        OSError,
    ) as problem:
        raise unreachable(problem, endpoint) from problem


def unreachable(problem: BaseException, endpoint: Endpoint) -> HarnessError:
    """Word why nobody speaks to the engine."""
    import requests
    import urllib3

    causes = list(_chain(problem))
    numbers = {cause.errno for cause in causes if isinstance(cause, OSError)}
    where = f"{endpoint.socket or endpoint.url} ({endpoint.source})"
    if numbers & {errno.EACCES, errno.EPERM}:
        return MissingRequirement(
            f"You may not use the Docker engine at {where}.",
            "Join its group with 'sudo usermod -aG docker $USER' and log in again, or set up "
            f"rootless Docker. {WITHOUT}",
        )
    if errno.ENOENT in numbers:
        return MissingRequirement(
            f"There is no Docker engine: {where} doesn't exist.",
            f"Install and start Docker, or point DOCKER_HOST to an engine. {WITHOUT}",
        )
    if errno.ECONNREFUSED in numbers:
        return EngineGone(
            f"No Docker engine listens at {where}.",
            f"Start it, such as with 'sudo systemctl start docker'. {WITHOUT}",
        )
    waits = (TimeoutError, requests.Timeout, urllib3.exceptions.TimeoutError)
    if any(isinstance(cause, waits) for cause in causes):
        return EngineGone(
            f"The Docker engine at {where} doesn't answer.",
            "Look at its log ('journalctl -u docker') and restart it.",
        )
    ended = (ConnectionError, urllib3.exceptions.ProtocolError)
    if any(isinstance(cause, ended) for cause in causes):
        return EngineGone(
            f"The Docker engine at {where} broke off the connection.",
            "It may have ended or be restarting: look at 'docker version' and start again.",
        )
    return HarnessError(
        f"The Docker engine at {where} can't be used: {problem}.",
        "'docker version' says more; correct what it complains about.",
    )


def _refused(said: str, endpoint: Endpoint) -> Exception:
    words = said.lower()
    if any(part in words for part in _FULL):
        return MissingRequirement(
            "Docker's disk is full: no space is left on its device.",
            "'docker system df' shows what takes it; 'docker image prune' frees some.",
        )
    if any(part in words for part in _PORT):
        return PortTakenThereError(said)
    if any(part in words for part in _ARCHITECTURE):
        return MissingRequirement(
            "The image was made for another architecture than the Docker engine's.",
            "Make it on that engine: 'harness image build --rebuild'.",
        )
    if any(part in words for part in _ADDRESS):
        return MissingRequirement(
            f"The Docker engine can't publish ports on {endpoint.published_host}, which isn't an "
            "address of its machine.",
            "Set TESTCONTAINERS_HOST_OVERRIDE to the address under which that machine knows "
            "itself and this one reaches it.",
        )
    if any(part in words for part in _INCOMPLETE):
        return HarnessError(
            f"The image is incomplete, so that the container doesn't start: {said}.",
            "Make it again: 'harness image build --rebuild'.",
        )
    return HarnessError(
        f"The Docker engine refused: {said}.",
        "'docker info' and the engine's log say more.",
    )


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that it wraps, wherever its library keeps them."""
    seen: set[int] = set()
    waiting = [problem]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, current.__context__, *current.args]
        waiting.append(getattr(current, "reason", None))
