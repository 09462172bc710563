"""Resolves the emulator's own host names in this process, without DNS.

Function URLs and deployed REST APIs answer under names such as
`abc.lambda-url.us-east-1.localhost.localstack.cloud`. A public DNS server says that they mean
loopback; offline nobody does, and of an emulator on another machine it isn't true.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from harness import wire

_original: Callable[..., Any] | None = None
_address: str = wire.LOOPBACK_ADDRESS


def is_emulators(host: str | bytes | None) -> bool:
    """Say whether a host name is one of the emulator's."""
    name = host.decode(errors="replace") if isinstance(host, bytes) else host or ""
    return f".{name}".lower().rstrip(".").endswith(wire.LOOPBACK_SUFFIXES)


def install(address: str = wire.LOOPBACK_ADDRESS) -> None:
    """Resolve the emulator's names to an address from now on; a second call changes it."""
    global _original, _address
    _address = address
    if _original is None:
        _original = socket.getaddrinfo
        socket.getaddrinfo = _getaddrinfo


def uninstall() -> None:
    """Resolve as before; harmless when nothing is installed."""
    global _original
    if _original is None:
        return
    # Somebody who has wrapped it since goes on calling ours, which then stays.
    if socket.getaddrinfo is _getaddrinfo:
        socket.getaddrinfo = _original
        _original = None


def _getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
    assert _original is not None
    if is_emulators(host):
        # The plain name is this machine's, wherever the emulator is.
        host = wire.LOOPBACK_ADDRESS if host in ("localhost", b"localhost") else _address
    return _original(host, *args, **kwargs)
