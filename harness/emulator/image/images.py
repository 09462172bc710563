"""Lists and removes the images that former versions of the harness have left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from harness.emulator.docker.engine import Engine, connect
from harness.errors import UsageProblem

from .tag import DIGEST_LABEL, REPOSITORY, image_tag


@dataclass(frozen=True)
class Image:
    """An image of ours.

    Attributes:
        name: Its name with the tag.
        size_mb: What it takes on disk, with what it shares with others.
        created: When it was made.
        is_current: Whether this version of the harness runs it.
    """

    name: str
    size_mb: int
    created: str
    is_current: bool

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object's members."""
        return asdict(self)


def images(engine: Engine | None = None) -> list[Image]:
    """List all images of ours, the youngest first."""
    engine = engine or connect()
    with engine.explained():
        found = engine.client.images.list(name=REPOSITORY, filters={"label": DIGEST_LABEL})
        listed = [
            Image(
                name=name,
                size_mb=round(image.attrs["Size"] / 1_000_000),
                created=str(image.attrs["Created"])[:19],
                is_current=name == image_tag(),
            )
            for image in found
            for name in image.tags
        ]
    return sorted(listed, key=lambda image: image.created, reverse=True)


def remove_images(names: list[str] | None = None) -> list[str]:
    """Remove images of ours, and return the names of those that are gone.

    Args:
        names: Which ones; all but the current one when absent. Of those, images that a container
            still uses stay.

    Raises:
        UsageProblem: One that is named isn't there, or a container uses it.
    """
    import docker.errors

    engine = connect()
    known = images(engine)
    if unknown := set(names or ()) - {image.name for image in known}:
        raise UsageProblem(
            f"There is no image {', '.join(sorted(unknown))} of the harness.",
            '"harness image list" lists them.',
        )
    gone = []
    for name in names or [image.name for image in known if not image.is_current]:
        with engine.explained():
            try:
                engine.client.images.remove(name)
            except docker.errors.APIError as refusal:
                if refusal.status_code != 409:
                    raise
                if names:
                    raise UsageProblem(
                        f"A container uses the image {name}.",
                        '"harness down" ends the standing ones; then repeat the command.',
                    ) from refusal
                continue
        gone.append(name)
    return gone
