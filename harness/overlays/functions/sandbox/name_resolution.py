"""Host names that mean the emulator, for functions: no DNS server knows them offline."""

from __future__ import annotations

import functools
import socket
from typing import Any

HOSTS_LINE = "127.0.0.1 localhost.localstack.cloud s3.localhost.localstack.cloud\n"
"""For programs that aren't Python, as a line of /etc/hosts."""


def means_the_emulator(host: Any, suffixes: tuple[str, ...]) -> bool:
    """Whether a host name ends like those of function URLs and REST APIs of the emulator."""
    return isinstance(host, str) and f".{host.rstrip('.').lower()}".endswith(suffixes)


def resolve_to_loopback(suffixes: tuple[str, ...]) -> None:
    """Have this process resolve the emulator's names without asking anybody."""
    ask = socket.getaddrinfo

    @functools.wraps(ask)
    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        is_ours = means_the_emulator(host, suffixes)
        return ask("127.0.0.1" if is_ours else host, *rest, **options)

    socket.getaddrinfo = getaddrinfo
