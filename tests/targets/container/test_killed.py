"""A container that somebody kills while it is in use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.errors import HarnessError

SUITE = """
import docker
from harness.emulator.docker.engine import connect

def test_before(target):
    target.client("sqs").list_queues()

def test_killed(target):
    connect().client.containers.get(target.describe()["container"]).kill()
    target.client("sqs").list_queues()

def test_after(target):
    target.client("sqs").list_queues()

def test_later(client):
    client("sqs").list_queues()
"""
SUITE_SECONDS = 180


@pytest.fixture
def killed(target, engine):
    started = target()
    started.start()
    engine.client.containers.get(started.describe()["container"]).kill()
    return started


def test_the_next_call_tells_how_it_ended(killed):
    with pytest.raises(
        HarnessError, match=r"has ended by itself \(exit code 137\): somebody killed it\."
    ) as told:
        killed.release_account("111111111111")

    assert "'docker events' says who" in told.value.remedy
    assert told.value.__notes__


def test_its_evidence_says_so_first(killed):
    assert "(exit code 137): somebody killed it" in killed.evidence().splitlines()[0]


def test_one_that_was_removed_is_told(killed, engine):
    engine.client.containers.get(killed.ending().problem.split()[3]).remove()

    assert "has been removed while it was in use" in str(killed.ending())
    assert "has been removed" in killed.evidence()


def test_the_failing_test_tells_and_the_others_do_not_hang(suite_folder, image):
    (suite_folder / "test_killing.py").write_text(SUITE)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:randomly", "--target=container", "-rA", "."],
        cwd=suite_folder,
        capture_output=True,
        text=True,
        timeout=SUITE_SECONDS,
        check=False,
    )

    assert "1 passed, 1 failed, 2 errors" in done.stdout or "1 failed, 1 passed, 2 errors" in (
        done.stdout
    )
    assert done.stdout.count("(exit code 137): somebody killed it") >= 3
