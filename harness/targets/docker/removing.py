"""Removes what a run made in Docker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import labels

if TYPE_CHECKING:
    import docker

    from harness.emulator.docker.engine import Engine


def remove_run(client: docker.DockerClient, run: str) -> int:
    """Remove all containers, networks and volumes of a run.

    Args:
        client: Docker's own client.
        run: Id of the run.

    Returns:
        How many there were; what somebody else is removing already counts as well.
    """
    wanted = {"label": f"{labels.RUN}={run}"}
    containers = client.api.containers(all=True, filters=wanted)
    for container in containers:
        remove_container(client, container["Id"])
    networks = client.api.networks(filters=wanted)
    for network in networks:
        _remove(client.api.remove_network, network["Id"])
    volumes = client.api.volumes(filters=wanted).get("Volumes") or []
    for volume in volumes:
        _remove(client.api.remove_volume, volume["Name"], force=True)
    return len(containers) + len(networks) + len(volumes)


def remove_container(client: docker.DockerClient, container: str) -> None:
    """Kill and remove a container with its volumes; quietly when it is gone or going."""
    _remove(client.api.remove_container, container, force=True, v=True)


def remove_remains(engine: Engine) -> list[str]:
    """Remove what earlier runs left whose owner is gone, also when nobody could tidy up.

    Returns:
        The ids of those runs.
    """
    client = engine.client
    left: set[str] = set()
    marked = {"label": labels.OWNER}
    with engine.explained():
        for container in client.api.containers(all=True, filters=marked):
            is_running = container.get("State") == "running"
            left |= _left(container["Labels"], is_running=is_running, engine=engine)
        for network in client.api.networks(filters=marked):
            left |= _left(network["Labels"], is_running=True, engine=engine)
        for volume in client.api.volumes(filters=marked).get("Volumes") or []:
            left |= _left(volume["Labels"], is_running=True, engine=engine)
        for run in left:
            remove_run(client, run)
    return sorted(left)


def _left(said: Mapping[str, str], *, is_running: bool, engine: Engine) -> set[str]:
    owner, run = labels.Owner.in_labels(said), said.get(labels.RUN)
    if owner is None or not run:
        return set()
    # Containers don't outlive the engine's machine; one that stopped with it isn't of this boot.
    is_of_earlier_boot = not is_running and engine.endpoint.is_here and owner.is_of_earlier_boot()
    return {run} if owner.is_gone() or is_of_earlier_boot else set()


def _remove(call: Any, name: str, **options: Any) -> None:
    import docker.errors

    try:
        call(name, **options)
    except docker.errors.NotFound:
        pass
    except docker.errors.APIError as refusal:
        # Another remover is at it.
        if refusal.status_code != 409:
            raise
