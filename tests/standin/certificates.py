"""The certificate that the stand-in shows, and the authority that signed it."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

import trustme

AUTHORITY: Final = "authority.pem"


def make_certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """Make an authority and a certificate that it signed.

    Args:
        folder: Where the authority's certificate goes, for those who are to trust it.
        names: Host names and addresses that the certificate is for.

    Returns:
        What a server needs to show it, and the authority's file.
    """
    authority = trustme.CA(organization_name="Stand-in for AWS")
    file = folder / AUTHORITY
    authority.cert_pem.write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context, file
