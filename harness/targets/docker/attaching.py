"""Finds the container that a run may use in place of one of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .made_image import wanted_digest
from .standing import ContainerEmulator, containers, open_to_all

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine


def attachable(
    engine: Engine, *, tell: Callable[[str], None] | None = None
) -> ContainerEmulator | None:
    """Return the youngest container that stands for everybody, answers, and runs what we do.

    Args:
        engine: Where to look.
        tell: Is told why one that stands isn't used.
    """
    for emulator in reversed(open_to_all(engine)):
        reason = unfit(emulator)
        if reason is None:
            return emulator
        if tell:
            tell(reason)
    return None


def of_run(engine: Engine, run: str) -> ContainerEmulator | None:
    """Return the container that the processes of a run share, if it answers."""
    for emulator in reversed(containers(engine)):
        if emulator.share == run and emulator.info():
            return emulator
    return None


def unfit(emulator: ContainerEmulator) -> str | None:
    """Say why a container can't be used; None when it can."""
    info = emulator.info()
    what = f"The compose service {emulator.service}" if emulator.service else "The container"
    where = f"{what} at {emulator.endpoint} isn't used"
    if not info:
        return f"{where}: it doesn't answer."
    if info.get("digest", emulator.digest) != wanted_digest():
        remedy = (
            '"docker compose up --build --detach" replaces it.'
            if emulator.service
            else '"harness down" and "harness up --target container --detach" replace it.'
        )
        return f"{where}: it runs other overlays or packages than this version. {remedy}"
    return None
