"""`@pytest.mark.requires("capability")`: tests that only some targets can run."""

from __future__ import annotations

import pytest

from .run_target import RUN_TARGET

TIME_TRAVEL = "time-travel"
TRACE = "trace"
KNOWN = ("environments", "iam", "inbox", "reset", TIME_TRAVEL, TRACE)
"""What a target may be capable of; see `harness.targets.base.Target.capabilities`."""
PROPERTY = "lacks"
"""Name under which a skipped test's report carries what its target lacks."""


def needed_by(item: pytest.Item) -> list[str]:
    """Return the capabilities that a test asks for."""
    return [name for mark in item.iter_markers("requires") for name in mark.args]


def problems_of(item: pytest.Item) -> list[str]:
    """Say what is wrong with a test's marker: a misspelt capability would skip it for ever."""
    return [
        f'{item.nodeid} requires the unknown capability "{name}". ({", ".join(KNOWN)})'
        for name in needed_by(item)
        if name not in KNOWN
    ]


def skip_unless_capable(item: pytest.Item) -> None:
    """Skip a test whose target lacks something that it asks for, and name both.

    The target needn't run for that: what it can do is known of its kind.
    """
    if not (needed := needed_by(item)):
        return
    target = item.config.stash[RUN_TARGET].target
    if lacking := [name for name in needed if name not in target.capabilities]:
        item.user_properties += [(PROPERTY, name) for name in lacking]
        reason = f'the target "{target.name}" lacks {", ".join(lacking)}'
        # The place to look at is the test, as with pytest's own marker.
        raise pytest.skip.Exception(reason, _use_item_location=True)
