"""What a container needs beyond the usual, so that functions get file systems of their own."""

from __future__ import annotations


def security_options() -> list[str]:
    """Return Docker's security options for a container of the image."""
    return []
