"""CloudFormation stacks: a resource type that can't be made is refused by name."""

from __future__ import annotations

from harness.overlays.core import Overlay


class Stacks(Overlay):
    name = "stacks"
    fills = "CloudFormation: resource types that can't be made are refused by name"


overlay = Stacks()
