"""What a failed build means to a user."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from harness.errors import HarnessError, MissingRequirement
from harness.observe.redaction import redacted

_TAIL_LINES: Final = 25

# In the order of sense: a full disk, for one, also ends an installation.
_FULL: Final = ("no space left on device", "disk quota exceeded", "errno 28")
_GONE: Final = (
    "cannot connect to the docker daemon",
    "error during connect",
    "unexpected eof",
    "connection reset by peer",
    "error reading from server: eof",
    "graceful_stop",
    "transport is closing",
)
_NO_BASE: Final = (
    "pull access denied",
    "failed to resolve",
    "failed to do request",
    "manifest unknown",
    "manifest for",
    "no such host",
    "error getting credentials",
    "failed to authorize",
    "registry-1.docker.io",
    "dial tcp",
)
_NO_PYTHON: Final = re.compile(r"python3\.13: (command )?not found|exec: .?.?python3\.13")
_CERTIFICATE: Final = ("certificate_verify_failed", "certificate verify failed", "sslerror")
_CHANGED: Final = ("do not match the hashes",)
_INDEX: Final = (
    "no matching distribution found",
    "could not find a version",
    "failed to establish a new connection",
    "name resolution",
    "read timed out",
    "connection timed out",
    "max retries exceeded",
)
AIR_GAPPED: Final = "docs/air-gapped.md"


def explain(said: str, base: str) -> HarnessError:
    """Put a failed build into a sentence with a remedy.

    Args:
        said: All that the builder said.
        base: Name of the base image.

    Returns:
        The error to raise; the builder's last words are its note.
    """
    error = _sentence(said.lower(), base)
    lines = [line for line in said.splitlines() if line.strip() and "sha256:" not in line]
    error.add_note("\n".join(["The builder said:", *map(redacted, lines[-_TAIL_LINES:])]))
    return error


def _sentence(said: str, base: str) -> HarnessError:
    if _has(said, _FULL):
        return MissingRequirement(
            "Docker's disk is full: an image of about 500 MB, and twice that while it is built, "
            "finds no place.",
            "'docker system df' shows what takes it; 'docker image prune' and \"harness image "
            'remove --old" free some.',
        )
    if "the emulator didn't start" in said:
        return HarnessError(
            "The image was built, but the emulator doesn't start in it.",
            "Its log follows; if the base image isn't ours, try the default one.",
        )
    if _has(said, _CHANGED):
        return HarnessError(
            "A package isn't the one that the lock file names.",
            "Check which index or wheelhouse the build is pointed at; it has changed files.",
        )
    if _has(said, _CERTIFICATE):
        return MissingRequirement(
            "The package index's certificate isn't trusted inside the build.",
            "Name your organisation's certificates with --certificates FILE.",
        )
    if "has no pip" in said:
        return MissingRequirement(
            f"The base image {base} has no pip, and no wheelhouse is given.",
            'Make one ("harness image wheelhouse DIR") and name it with --wheelhouse DIR.',
        )
    if _NO_PYTHON.search(said):
        return MissingRequirement(
            f"The base image {base} has no python3.13.",
            f"Name one that has it with --base, or make one as {AIR_GAPPED} says.",
        )
    if "harness: installing" in said and _has(said, _INDEX):
        return MissingRequirement(
            "The build can't get the packages: no index that it can reach has them.",
            "Point it to your mirror with --package-index-config FILE (a pip.conf), or give it "
            'the packages with --wheelhouse DIR ("harness image wheelhouse DIR" makes one).',
        )
    if _has(said, _NO_BASE) and "harness: installing" not in said:
        return MissingRequirement(
            f"The base image {base} isn't here, and no registry gives it.",
            "Name another one with --base or HARNESS_IMAGE_BASE; "
            f'without a registry "harness image base" makes one ({AIR_GAPPED}).',
        )
    if _has(said, _GONE):
        return MissingRequirement(
            "The Docker engine went away while it built the image.",
            "Start it again, and repeat the command: it goes on from the last finished step.",
        )
    return HarnessError(
        "Docker could not build the image.",
        'The builder\'s words follow; "harness doctor" looks at the engine.',
    )


def _has(said: str, words: Sequence[str]) -> bool:
    return any(word in said for word in words)
