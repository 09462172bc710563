"""The image that containers are made of; built when it isn't there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.emulator.image.build import build_image, find_image
from harness.emulator.image.tag import image_digest
from harness.emulator.progress import shown

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine


def made_image(engine: Engine) -> str:
    """Return the image's name; the first call of a version builds it and shows the progress.

    Raises:
        MissingRequirement: The engine lacks something for it.
        HarnessError: It can't be built.
    """
    with engine.in_environment():
        if found := find_image():
            return found
        with shown("Making the container image (once)") as progress:
            return build_image(progress=progress)


def wanted_digest() -> str:
    """Return the digest of what this version of the harness runs in a container."""
    return image_digest()
