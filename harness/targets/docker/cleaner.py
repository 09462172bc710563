"""Sees to it that a run's containers go once its owner is gone, also after a kill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import ryuk
from .labels import Owner
from .reaper import start_reaper

if TYPE_CHECKING:
    import subprocess

    from harness.emulator.docker.engine import Engine

RYUK, REAPER = "ryuk", "reaper"


class Cleaner:
    """Who cleans up after a run.

    Attributes:
        name: `ryuk`, or `reaper` for a process of the harness's own.
    """

    def __init__(self, name: str, by: ryuk.Ryuk | subprocess.Popen[bytes]) -> None:
        self.name, self._by = name, by

    def let_go(self) -> None:
        """Leave the run; the reaper follows its owner's end by itself."""
        if isinstance(self._by, ryuk.Ryuk):
            self._by.close()


def watch_over(engine: Engine, run: str, owner: Owner) -> Cleaner:
    """Have somebody clean up after a run, before the first thing of it is made.

    Ryuk where its image is there or can be had, a process of our own otherwise.
    """
    if ryuk.is_available(engine) and (connection := ryuk.join(engine, run)):
        return Cleaner(RYUK, connection)
    return Cleaner(REAPER, start_reaper(engine.endpoint, run, owner))


def join(engine: Engine, run: str) -> Cleaner | None:
    """Keep what another process of the run has started, where it is Ryuk who cleans up."""
    connection = ryuk.joined(engine, run)
    return Cleaner(RYUK, connection) if connection else None
