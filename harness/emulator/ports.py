"""Free and taken ports of the loopback interface."""

from __future__ import annotations

import socket
from typing import Final

from harness.errors import MissingRequirement

LOOPBACK: Final = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on now; somebody may a moment later."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Say whether a server could listen on the port."""
    with socket.socket() as probe:
        # As servers do it, so that connections of an ended one don't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen()
        except OSError:
            return False
    return True


def taken(port: int) -> MissingRequirement:
    """Word the problem that a wanted port is in use."""
    return MissingRequirement(
        f"Port {port} is taken{_by_whom(port)}.",
        "Choose another one with --port, or leave it out for any free port.",
    )


def _by_whom(port: int) -> str:
    import psutil

    try:
        for connection in psutil.net_connections("tcp"):
            is_it = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if is_it:
                if not connection.pid:
                    return ""
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass  # other users' processes may not be looked at
    return ""
