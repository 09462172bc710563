"""The `account` fixture: an account id that no other test module uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .options import RUN_OPTIONS

if TYPE_CHECKING:
    from harness.targets.base import Target

ACCOUNT = pytest.StashKey[str]()
"""On a test module: its account, for those who look into it after a failure."""


def account_of_module(request: pytest.FixtureRequest, target: Target) -> Iterator[str]:
    """Give a module its account, and have the target forget it afterwards."""
    account = target.new_account()
    request.node.stash[ACCOUNT] = account
    yield account
    if not request.config.stash[RUN_OPTIONS].keep_stacks:
        target.release_account(account)
