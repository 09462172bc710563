"""Names the image that belongs to this version of the harness."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import harness
from harness.emulator.bridge import entry_points

from . import contents

REPOSITORY: Final = "aws-pattern-harness"
DIGEST_LABEL: Final = "aws-pattern-harness.digest"


def image_tag() -> str:
    """Return the image's full name: what it was made of decides the tag."""
    return tag_of(image_digest())


def tag_of(digest: str) -> str:
    """Return the name of the image with this digest."""
    return f"{REPOSITORY}:{harness.__version__}-{digest}"


@cache
def image_digest() -> str:
    """Return 12 hex digits that say what the image is made of."""
    return digest_of_files(Path(harness.__file__).parent)


def digest_of_files(home: Path) -> str:
    """Return the same for a copy of the package's folder."""
    return contents.digest_of(home, entry_points())
