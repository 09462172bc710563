"""Reads from a builder's lines how far a build is."""

from __future__ import annotations

import re
from typing import Final

from harness.emulator.progress import Progress

_OWN: Final = re.compile(r"harness: (?P<step>[^.\n]+)$")
_PACKAGE: Final = re.compile(r"(^|\s)(Collecting [\w.\-\[\]]+==|Processing \S+\.(whl|tar\.gz) )")
_WORD: Final = (
    (re.compile(r"\[internal\] load metadata|^Step 1/"), "looking for the base image"),
    (re.compile(r"\[\S+ +\d+/\d+\] COPY --from=packages|: COPY --from=packages"), "copying"),
    (re.compile(r"exporting to image|^Successfully tagged"), "storing the image"),
)


class BuildProgress:
    """Tells a `Progress` what a builder is at.

    Args:
        progress: Is told.
        packages: How many packages there are to install.
    """

    def __init__(self, progress: Progress, packages: int) -> None:
        self._progress, self._packages = progress, packages
        self._installed = 0
        self._step = ""

    def heard(self, line: str) -> None:
        """Take note of a line that the builder said."""
        if own := _OWN.search(line):
            self._tell(own["step"])
        elif _PACKAGE.search(line):
            self._installed = min(self._installed + 1, self._packages)
            self._progress(self._step or "installing", self._installed, self._packages)
        else:
            for pattern, step in _WORD:
                if pattern.search(line):
                    self._tell(step)

    def _tell(self, step: str) -> None:
        if step != self._step:
            self._step = step
            self._progress(step, self._installed, self._packages)
