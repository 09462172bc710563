"""A stand-in for AWS: another emulator as an opaque endpoint, for testing what runs on AWS.

What it shows is never reported as AWS: the target calls itself `aws-stand-in`.
"""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from harness import wire
from harness.errors import UsageProblem

ENDPOINT: Final = "HARNESS_AWS_STAND_IN"
"""Environment variable with the stand-in's address: https, on loopback."""
AUTHORITY: Final = "HARNESS_AWS_STAND_IN_CA"
"""Environment variable with the file of the certificate authority that it goes by."""


@dataclass(frozen=True)
class StandIn:
    """Where a stand-in answers.

    Attributes:
        url: Endpoint of all services.
        authority: File with the certificates to trust.
    """

    url: str
    authority: str

    @property
    def plain_url(self) -> str:
        """Where it answers over http: at the same port."""
        return f"http{self.url.removeprefix('https')}"

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def stand_in() -> StandIn | None:
    """Return the stand-in that the environment names, None for AWS itself.

    Raises:
        UsageProblem: It isn't https on loopback, or its certificate authority is missing.
    """
    url = os.environ.get(ENDPOINT, "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "https" or not _is_loopback(parts.hostname or ""):
        raise UsageProblem(
            f'{ENDPOINT} "{url}" isn\'t an https address on this machine.',
            "A stand-in for AWS answers at an address such as https://127.0.0.1:4640.",
        )
    authority = os.environ.get(AUTHORITY, "")
    if not authority or not Path(authority).is_file():
        raise UsageProblem(
            f"{ENDPOINT} is set and {AUTHORITY} names no file.",
            "Name the file with the certificate authority of the stand-in.",
        )
    return StandIn(url.rstrip("/"), authority)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in wire.LOOPBACK_NAMES
