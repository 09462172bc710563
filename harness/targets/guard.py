"""Keeps a test process on this machine, unless AWS was asked for.

A client that a test made by hand, or with a typo in its endpoint, would otherwise reach a real
account.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from typing import Any, Final

from harness import wire
from harness.errors import HarnessError

from . import loopback_names

_METHODS: Final = ("connect", "connect_ex", "sendto")
_originals: dict[str, Callable[..., Any]] = {}
_allowed: frozenset[str] = frozenset()


class OutboundRefused(HarnessError):
    """A test tried to reach something beyond this machine.

    Not an `OSError`: boto3 would try again a few times and then report something else.
    """


def install(allow: Iterable[str] = (), *, names_at: str = wire.LOOPBACK_ADDRESS) -> None:
    """Refuse connections beyond loopback from now on; a second call changes what is allowed.

    The emulator's own names are resolved to where it is (`harness.targets.loopback_names`).

    Args:
        allow: Further hosts and addresses, such as a container's.
        names_at: Address that the emulator's names mean.
    """
    global _allowed
    _allowed = frozenset(allow)
    loopback_names.install(names_at)
    if _originals:
        return
    for method in _METHODS:
        _originals[method] = getattr(socket.socket, method)
        setattr(socket.socket, method, _guarded(method))
    _originals["getaddrinfo"] = socket.getaddrinfo
    socket.getaddrinfo = _guarded_lookup


def uninstall() -> None:
    """Let connections through again; harmless when nothing is installed."""
    if not _originals:
        return
    for method in _METHODS:
        setattr(socket.socket, method, _originals[method])
    if socket.getaddrinfo is _guarded_lookup:
        socket.getaddrinfo = _originals["getaddrinfo"]
    _originals.clear()
    loopback_names.uninstall()


def refuse(host: str) -> OutboundRefused:
    """Word the refusal of a host."""
    return OutboundRefused(
        f"A test tried to reach {host}, which isn't on this machine.",
        "Use the client fixture, which speaks to the emulator; only --real-aws lets tests out.",
    )


def is_here(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.lower() in wire.LOOPBACK_NAMES | {
            socket.gethostname().lower()
        } or loopback_names.is_emulators(host)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    # Connecting to the unspecified address means loopback.
    return address.is_loopback or address.is_unspecified


def _guarded(method: str) -> Callable[..., Any]:
    original = _originals[method]

    def guarded(self: socket.socket, *args: Any) -> Any:
        if args and self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(args[-1][0])  # the address is each method's last argument
            if host not in _allowed and not is_here(host):
                raise refuse(host)
        return original(self, *args)

    return guarded


def _guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    # Names are judged here, before DNS is asked; addresses when something connects to them.
    if name and not _is_address(name) and name not in _allowed and not is_here(name):
        raise refuse(name)
    return _originals["getaddrinfo"](host, *args, **kwargs)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
