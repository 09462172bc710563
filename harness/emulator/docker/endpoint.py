"""Finds the Docker engine that the user's own tools would use."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from harness.emulator.ports import LOOPBACK
from harness.errors import UsageProblem

SYSTEM_SOCKET: Final = Path("/var/run/docker.sock")
HOST_OVERRIDE: Final = "TESTCONTAINERS_HOST_OVERRIDE"
"""Testcontainers' variable for the host under which published ports are reached."""


@dataclass(frozen=True)
class Endpoint:
    """Where an engine listens.

    Attributes:
        url: `unix://`, `tcp://` or `ssh://`, as DOCKER_HOST has it.
        source: What said so, for people.
        certificates: Folder with ca.pem, cert.pem and key.pem, where it wants TLS.
        is_verified: Whether its certificate is checked.
    """

    url: str
    source: str
    certificates: str = ""
    is_verified: bool = False

    @property
    def socket(self) -> Path | None:
        """The socket's file, where it is one."""
        return Path(self.url.removeprefix("unix://")) if self.url.startswith("unix://") else None

    @property
    def published_host(self) -> str:
        """Address on which ports are published, and under which this machine reaches them.

        Loopback for an engine on this machine. For another one its address as it is reached from
        here, and no other of its addresses.

        Raises:
            UsageProblem: The name of the engine's machine has no address.
        """
        name = os.environ.get(HOST_OVERRIDE) or urlsplit(self.url).hostname
        if self.socket and not os.environ.get(HOST_OVERRIDE):
            return LOOPBACK
        try:
            return str(socket.gethostbyname(name or LOOPBACK))
        except OSError as problem:
            raise UsageProblem(
                f"The Docker engine's host {name!r} has no address ({problem.strerror}).",
                f"Correct {self.source}.",
            ) from problem

    @property
    def is_here(self) -> bool:
        """Whether its published ports are on this machine's loopback interface."""
        return ipaddress.ip_address(self.published_host).is_loopback

    def variables(self) -> dict[str, str]:
        """Return Docker's own environment variables that lead to this engine."""
        said = {"DOCKER_HOST": self.url}
        if self.certificates:
            said["DOCKER_CERT_PATH"] = self.certificates
            said["DOCKER_TLS_VERIFY"] = "1" if self.is_verified else ""
        return said


def find_endpoint(variables: Mapping[str, str] = os.environ) -> Endpoint:
    """Return the engine's endpoint, whether or not something listens there.

    In Docker's own order: DOCKER_HOST, the context (DOCKER_CONTEXT, or what `docker context use`
    chose), the system's socket. Where that may not be used, or isn't there, a rootless engine's.

    Args:
        variables: The environment.

    Raises:
        UsageProblem: The context that is asked for doesn't exist.
    """
    if host := variables.get("DOCKER_HOST"):
        return Endpoint(
            host,
            "DOCKER_HOST",
            certificates=variables.get("DOCKER_CERT_PATH", ""),
            is_verified=bool(variables.get("DOCKER_TLS_VERIFY")),
        )
    folder = Path(variables.get("DOCKER_CONFIG") or Path.home() / ".docker")
    context = variables.get("DOCKER_CONTEXT") or _chosen_context(folder)
    if context and context != "default":
        return _of_context(context, folder)
    candidates = [SYSTEM_SOCKET, *_users_sockets(variables)]
    usable = [file for file in candidates if os.access(file, os.R_OK | os.W_OK)]
    present = [file for file in candidates if file.exists()]
    socket_file = (usable or present or candidates)[0]
    return Endpoint(f"unix://{socket_file}", "the default")


def _users_sockets(variables: Mapping[str, str]) -> list[Path]:
    # https://docs.docker.com/engine/security/rootless/#daemon and Docker Desktop's.
    runtime = variables.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return [Path(runtime) / "docker.sock", Path.home() / ".docker" / "run" / "docker.sock"]


def _chosen_context(folder: Path) -> str:
    try:
        return str(json.loads((folder / "config.json").read_text()).get("currentContext", ""))
    except (OSError, ValueError, AttributeError):
        return ""


def _of_context(name: str, folder: Path) -> Endpoint:
    source = f'the Docker context "{name}"'
    digest = sha256(name.encode()).hexdigest()
    try:
        meta = json.loads((folder / "contexts" / "meta" / digest / "meta.json").read_text())
        endpoint = meta["Endpoints"]["docker"]
        certificates = folder / "contexts" / "tls" / digest / "docker"
        return Endpoint(
            endpoint["Host"],
            source,
            certificates=str(certificates) if certificates.is_dir() else "",
            is_verified=not endpoint.get("SkipTLSVerify", False),
        )
    except (OSError, ValueError, KeyError) as problem:
        raise UsageProblem(
            f"There is no usable Docker context {name!r}.",
            '"docker context ls" lists them; "docker context use default" goes back to the '
            "default.",
        ) from problem
