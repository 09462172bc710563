"""What an overlay is."""

from __future__ import annotations

import importlib
import importlib.util
from typing import ClassVar

from . import patching


class Overlay:
    """One gap of LocalStack, filled.

    A subclass lives in `harness/overlays/<name>/overlay.py`. Its patches of upstream are the
    decorated functions of `patches.py` in the same folder; `install` applies them.

    Attributes:
        name: The folder's name.
        fills: One line for people: what works with it.
    """

    name: ClassVar[str]
    fills: ClassVar[str]

    def install(self) -> None:
        """Apply the overlay's patches; called once, before LocalStack serves anything."""
        self.apply_patches()

    def install_late(self) -> None:
        """Do what may wait until all overlays are installed; requests wait for it, too."""

    def apply_patches(self) -> None:
        """Import this overlay's `patches.py`, if it has one, and apply what it registers."""
        package = type(self).__module__.rpartition(".")[0]
        if importlib.util.find_spec(f"{package}.patches"):
            patching.apply(importlib.import_module(f"{package}.patches").__name__)

    def reset(self, account: str, region: str | None = None) -> None:
        """Forget everything that an account has in a region.

        Args:
            account: 12-digit account id.
            region: Region name; all regions when absent.
        """
