"""The `inbox` fixture: the e-mails that the module's account has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.observe.inbox import Inbox

if TYPE_CHECKING:
    from harness.targets.base import Target

CAPABILITY = "inbox"


def inbox_of(target: Target, account: str) -> Inbox:
    """Return the account's inbox, or skip where nobody can look into people's mail."""
    if CAPABILITY not in target.capabilities:
        pytest.skip(
            f'the target "{target.name}" shows no inbox: a real one takes an address whose mail '
            "an SES receipt rule puts into a queue, which this version doesn't read"
        )
    return Inbox(target.endpoint_url, account)
