"""Libraries that functions require, installed by AWS's own builders without Docker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .assets import Build
from .functions import Function

if TYPE_CHECKING:
    from .stack import Place


def builder(place: Place) -> Build:
    """Return what builds a deployment's functions."""

    def build(function: Function) -> Path | None:
        return None

    return build
