"""What can be wrong with the input of a deployment."""

from __future__ import annotations

from harness.errors import HarnessError


class TemplateProblem(HarnessError):
    """A template, or a file that it names, isn't what AWS would accept."""


class BuildFailed(HarnessError):
    """A function's libraries could not be installed."""
