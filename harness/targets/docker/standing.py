"""The emulators that run in containers, as their labels and published ports tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from harness.emulator.health import info_of
from harness.emulator.launch import ANYONE

from . import labels
from .removing import remove_container

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

_EVERYWHERE: Final = ("0.0.0.0", "::", "")


@dataclass(frozen=True)
class ContainerEmulator:
    """What others need to know of an emulator in a container to use it.

    Attributes:
        id: Of the container.
        name: Of the container.
        host: Address on which its port is reached.
        port: Its port, inside and out.
        digest: Of what its image runs with.
        share: Who may attach: `anyone`, or the id of one run; empty for nobody.
        service: Name of the compose service that it is, if it is one.
        created: When, in seconds since the epoch.
        engine: Where it runs.
    """

    id: str
    name: str
    host: str
    port: int
    digest: str
    share: str
    service: str
    created: int
    engine: Engine = field(repr=False, compare=False)

    @property
    def endpoint(self) -> str:
        return f"http://{self.host}:{self.port}"

    def info(self) -> dict[str, Any]:
        """Return what it says about itself; nothing when it doesn't answer."""
        return info_of(self.port, host=self.host) or {}

    def end(self) -> None:
        """Remove the container and its volumes."""
        with self.engine.explained():
            remove_container(self.engine.client, self.id)


def containers(engine: Engine) -> list[ContainerEmulator]:
    """Return the emulators that run in an engine's containers, the oldest first."""
    with engine.explained():
        listed = engine.client.api.containers(filters={"label": labels.DIGEST})
    found = (_read(entry, engine) for entry in listed)
    return sorted(filter(None, found), key=lambda emulator: emulator.created)


def named(engine: Engine, name: str) -> ContainerEmulator:
    """Return the emulator in a container that runs."""
    return next(emulator for emulator in containers(engine) if emulator.name == name)


def open_to_all(engine: Engine) -> list[ContainerEmulator]:
    """Return those that stand for everybody: of `harness up`, and compose services."""
    return [emulator for emulator in containers(engine) if emulator.share == ANYONE]


def _read(entry: Mapping[str, Any], engine: Engine) -> ContainerEmulator | None:
    said = entry["Labels"]
    where = _published(entry.get("Ports") or [], engine)
    if where is None:
        return None
    service = said.get(labels.COMPOSE_SERVICE, "")
    return ContainerEmulator(
        id=entry["Id"],
        name=entry["Names"][0].lstrip("/"),
        host=where[0],
        port=where[1],
        digest=said[labels.DIGEST],
        share=said.get(labels.SHARE) or (ANYONE if service else ""),
        service=service,
        created=int(entry["Created"]),
        engine=engine,
    )


def _published(ports: list[Mapping[str, Any]], engine: Engine) -> tuple[str, int] | None:
    """Return where the port is reached that has the same number inside and out."""
    host = engine.endpoint.published_host
    for port in ports:
        number = port.get("PublicPort")
        if number and number == port["PrivatePort"] and port.get("IP", "") in (host, *_EVERYWHERE):
            return host, int(number)
    return None
