"""Keeps a test process on this machine, unless AWS was asked for.

A client that a test made by hand, or with a typo in its endpoint, would otherwise reach a real
account. A run on AWS lets the endpoints of its own regions through, by their names: an address
counts once such a name has been resolved to it.
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

Allows = Callable[[str], bool]
"""Says of a host name or an address whether it may be reached."""


class OutboundRefused(HarnessError):
    """A test tried to reach something beyond this machine.

    Not an `OSError`: boto3 would try again a few times and then report something else.
    """


class _Rules:
    """What is let through, and what was resolved from it."""

    def __init__(self, allows: Allows, remedy: str) -> None:
        self.allows, self.remedy = allows, remedy
        self.resolved: set[str] = set()

    def let_through(self, host: str) -> bool:
        return is_here(host) or host in self.resolved or self.allows(host)


_HERE: Final = (
    "Use the client fixture, which speaks to the emulator; only --real-aws lets tests out."
)
_rules = _Rules(lambda host: False, _HERE)


def install(
    allow: Iterable[str] | Allows = (),
    *,
    names_at: str = wire.LOOPBACK_ADDRESS,
    remedy: str = _HERE,
) -> None:
    """Refuse connections beyond loopback from now on; a second call changes what is allowed.

    The emulator's own names are resolved to where it is (`harness.targets.loopback_names`).

    Args:
        allow: Further hosts and addresses, such as a container's; or what says so of each.
        names_at: Address that the emulator's names mean.
        remedy: What to tell of a host that is refused.
    """
    global _rules
    _rules = _Rules(allow if callable(allow) else frozenset(allow).__contains__, remedy)
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
        f"A test tried to reach {host}, which isn't on this machine.", _rules.remedy
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
            if not _rules.let_through(host):
                raise refuse(host)
        return original(self, *args)

    return guarded


def _guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    # Names are judged here, before DNS is asked; addresses when something connects to them.
    if not name or _is_address(name):
        return _originals["getaddrinfo"](host, *args, **kwargs)
    if is_here(name):
        return _originals["getaddrinfo"](host, *args, **kwargs)
    if not _rules.let_through(name):
        raise refuse(name)
    found = _originals["getaddrinfo"](host, *args, **kwargs)
    _rules.resolved.update(str(entry[4][0]) for entry in found)
    return found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
