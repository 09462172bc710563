"""What every overlay stands on: registry, patches, control API."""

from .base import Overlay
from .patching import extends, replaces

__all__ = ["Overlay", "extends", "replaces"]
