"""What every overlay stands on: registry, patches, control API, AWS-shaped errors."""

from .base import Overlay
from .patching import extends, replaces

__all__ = ["Overlay", "extends", "replaces"]
