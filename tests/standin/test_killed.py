"""A run that is killed anywhere leaves nothing behind that the sweep doesn't find."""

from __future__ import annotations

import os
import secrets
import threading
from random import Random

import pytest

from .inventory import inventory
from .runs import ended, kill

POINTS = 20
SEED = os.environ.get("HARNESS_KILL_SEED") or os.environ.get(
    "PYTEST_XDIST_TESTRUNUID", secrets.token_hex(4)
)
"""Decides where runs are killed; the workers of pytest-xdist share one."""


class Assassin:
    """Kills a run at one of its calls: before AWS hears it, or before the run hears AWS.

    Args:
        nth: The call, counted from 1.
        is_done: Whether AWS does what it is asked first.
        operation: Counts only calls of this operation.
    """

    def __init__(self, nth: int, *, is_done: bool, operation: str = "") -> None:
        self.nth, self._is_done, self._operation = nth, is_done, operation
        self.victim = None
        self.calls, self.struck_at = 0, ""
        self._is_ready = threading.Event()

    def aim(self, victim):
        self.victim = victim
        self._is_ready.set()

    def __call__(self, operation, *, is_done):
        self._is_ready.wait()
        if self._operation not in ("", str(operation)):
            return
        if not is_done:
            self.calls += 1
        if self.calls == self.nth and is_done == self._is_done and not self.struck_at:
            self.struck_at = str(operation)
            kill(self.victim)


@pytest.fixture(scope="module")
def calls_of_a_run(session_stand_in, project_of):
    """How many calls a run makes that nobody disturbs."""
    project = project_of(session_stand_in)
    before = len(session_stand_in.door.calls)
    done = ended(project.pytest())
    assert done.code == 0, done.text
    return len(session_stand_in.door.calls) - before


@pytest.mark.parametrize("point", range(POINTS))
def test_nothing_is_left_of_a_run_that_was_killed(stand_in, project, calls_of_a_run, point):
    random = Random(f"{SEED} {point}")
    # Each point in its own part of the run, so that together they are spread over all of it.
    nth = 1 + int((point + random.random()) / POINTS * calls_of_a_run)
    assassin = stand_in.door.witness = Assassin(nth, is_done=random.random() < 0.5)
    before = inventory(stand_in.client)

    run = project.pytest()
    assassin.aim(run)
    killed = ended(run)
    stand_in.door.witness = None
    at_death = inventory(stand_in.client) - before
    swept = project.sweep()

    where = f"seed {SEED}: killed at call {nth} of {calls_of_a_run}, {assassin.struck_at}"
    print(where, f"with {len(at_death)} things there")
    if assassin.struck_at:
        assert killed.code == -9, f"{where}\n{killed.text}"
    left = inventory(stand_in.client) - before
    assert left == set(), f"{where}\n{swept.text}"
    assert swept.code == 0, f"{where}\n{swept.text}"


@pytest.mark.parametrize(
    "operation",
    [
        "cloudformation:CreateChangeSet",  # the stack has no tags yet
        "s3:CreateBucket",  # nor has the bucket
        "apigateway:CreateRestApi",  # its id was never told
        "lambda:CreateFunction",
    ],
)
def test_nothing_is_left_of_what_was_made_just_before(stand_in, project, operation):
    assassin = stand_in.door.witness = Assassin(1, is_done=True, operation=operation)
    before = inventory(stand_in.client)

    run = project.pytest()
    assassin.aim(run)
    ended(run)
    stand_in.door.witness = None
    at_death = inventory(stand_in.client) - before
    swept = project.sweep()

    assert assassin.struck_at == operation
    assert at_death
    assert inventory(stand_in.client) - before == set(), swept.text
    assert swept.code == 0, swept.text
