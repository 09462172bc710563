"""What a failure of uv means to a user."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from harness.errors import HarnessError, MissingRequirement

from .cache import refusal

# In the order of sense: a full disk, for one, also ends a download.
_ERRNO = {
    "no space left": errno.ENOSPC,
    "quota exceeded": errno.EDQUOT,
    "permission denied": errno.EACCES,
    "read-only file system": errno.EROFS,
}
_CERTIFICATE = ("invalid peer certificate", "unknownissuer", "certificate verify failed")
_NETWORK = (
    "dns error",
    "error sending request",
    "failed to fetch",
    "failed to download",
    "client error (connect)",
    "network connectivity is disabled",
    "the network was disabled",
    "operation timed out",
)
_TAIL_LINES = 15


def explain(said: str, folder: Path) -> HarnessError:
    """Put a failed installation into a sentence with a remedy.

    Args:
        said: What uv wrote to stderr, without its debug lines.
        folder: Where it installed to.

    Returns:
        The error to raise; uv's own words are its note.
    """
    error = _sentence(said.lower(), folder)
    error.add_note("\n".join(["uv said:", *said.strip().splitlines()[-_TAIL_LINES:]]))
    return error


def _sentence(said: str, folder: Path) -> HarnessError:
    for words, number in _ERRNO.items():
        if words in said:
            return refusal(OSError(number, os.strerror(number)), folder)
    if "hash mismatch" in said:
        return HarnessError(
            "A downloaded package isn't the one that the lock file names.",
            "Check which index uv and pip are pointed at; it serves changed files.",
        )
    if any(words in said for words in _CERTIFICATE):
        return MissingRequirement(
            "The package index's certificate isn't trusted here.",
            "Set SSL_CERT_FILE to your organisation's certificates, then repeat the command.",
        )
    if any(words in said for words in _NETWORK):
        return MissingRequirement(
            "Packages can't be downloaded: the package index doesn't answer.",
            "Connect to the network once (or set UV_DEFAULT_INDEX to an index within reach) and "
            'run "harness install"; afterwards everything works offline.',
        )
    if "not found in the package registry" in said or "no solution found" in said:
        return MissingRequirement(
            "The package index lacks a package that the lock file names.",
            "Point uv or pip at an index that mirrors PyPI, then repeat the command.",
        )
    return HarnessError(
        "uv could not install the packages.",
        'Its words follow; "harness doctor" checks disk, cache and interpreters.',
    )
