"""Keeps the emulator on this machine: nothing it runs reaches beyond loopback.

LocalStack looks for its bridge to Docker, for updates and for packages, and code in it that we
don't know may do so too. So Python's own door is shut, for the libraries that connect as well.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import socket
import sys
from typing import Any

from harness import wire

LOG = logging.getLogger(__name__)

_getaddrinfo = socket.getaddrinfo


class OutboundRefusedError(OSError):
    """The emulator may not connect beyond loopback."""


def stay_on_loopback() -> None:
    """Refuse connections beyond loopback from now on, in this whole process."""
    allowed = frozenset(filter(None, os.environ.get(wire.OUTBOUND_HOSTS, "").split(",")))
    _guard("connect", allowed)
    _guard("connect_ex", allowed)

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if is_our_name(name):
            host = wire.LOOPBACK_ADDRESS
        elif name and not is_address(name) and name not in allowed | _own_names():
            raise _refused(name)
        return _getaddrinfo(host, port, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo


def is_our_name(host: str | None) -> bool:
    """Say whether a host name is the emulator's own; those need no DNS."""
    return bool(host) and f".{host}".lower().endswith(wire.LOOPBACK_SUFFIXES)


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(address: str) -> bool:
    """Say whether an address is this machine's own, for a connection."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    # Connecting to the unspecified address means loopback.
    return parsed.is_loopback or parsed.is_unspecified


def _guard(method: str, allowed: frozenset[str]) -> None:
    original = getattr(socket.socket, method)

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            is_here = is_loopback(host) if is_address(host) else host in _own_names()
            if not is_here and not is_our_name(host) and host not in allowed:
                raise _refused(host)
        return original(self, address)

    setattr(socket.socket, method, guarded)


def _own_names() -> frozenset[str]:
    return frozenset({"localhost", socket.gethostname()})


def _refused(host: str) -> OutboundRefusedError:
    caller = sys._getframe(2)
    while caller.f_back and "/socket.py" in caller.f_code.co_filename:
        caller = caller.f_back
    LOG.warning(
        "Refused to connect to %s: the emulator stays on this machine (%s:%d).",
        host,
        caller.f_code.co_filename,
        caller.f_lineno,
    )
    return OutboundRefusedError(
        errno.ENETUNREACH, f"The emulator doesn't connect beyond this machine, so not to {host}"
    )
