"""The accounts and regions of a run: the second ones are there only if they were named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex


class Named(tuple[str, ...]):
    """What a user named, a first one and perhaps a second; who asks for a missing one is skipped.

    Scenarios ask for `target.accounts[1]`. On a run without a second account they can't show
    anything, which isn't their failure.
    """

    _missing: str

    def __new__(cls, given: tuple[str, ...], missing: str) -> Named:
        """Keep what was given.

        Args:
            given: One or two texts.
            missing: The reason of the skip.
        """
        made = super().__new__(cls, given)
        made._missing = missing
        return made

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        if not isinstance(index, slice) and index.__index__() >= len(self):
            self._skip()
        return super().__getitem__(index)

    def __iter__(self) -> Iterator[str]:
        yield from super().__iter__()
        # Both are asked for by `first, second = target.accounts`.
        if len(self) == 1:
            self._skip()

    def _skip(self) -> None:
        import pytest

        raise pytest.skip.Exception(self._missing)
