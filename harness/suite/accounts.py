"""The `account` fixture: an account id that no other test module uses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from .iam import can_decide, tell_would_be_denials
from .options import RUN_OPTIONS

if TYPE_CHECKING:
    from harness.targets.base import Target

ACCOUNT = pytest.StashKey[str]()
"""On a test module: its account, for those who look into it after a failure."""


def account_of_module(request: pytest.FixtureRequest, target: Target) -> Iterator[str]:
    """Give a module its account, and have the target forget it afterwards."""
    options = request.config.stash[RUN_OPTIONS]
    account = target.new_account()
    request.node.stash[ACCOUNT] = account
    if can_decide(target):
        target.decide_calls(options.iam, account=account)
    yield account
    if options.iam == "audit" and can_decide(target):
        tell_would_be_denials(target.denials(account), request.node.nodeid)
    if not options.keep_stacks:
        target.release_account(account)
