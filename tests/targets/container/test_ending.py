"""A container goes with whoever started it, however that ends; so do its networks and volumes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from datetime import timedelta

import psutil
import pytest

from harness.observe.eventually import eventually
from harness.targets.docker import reaper
from harness.targets.docker.labels import Owner
from harness.targets.docker.removing import remove_remains, remove_run

STARTED = timedelta(seconds=120)
ENDED_SECONDS = 60

SUITE = """
import pathlib, threading

def test_one(target):
    pathlib.Path(__file__).with_name("container").write_text(target.describe()["container"])
    threading.Event().wait()

def test_other(target):
    test_one(target)
"""


def end_normally(process):
    process.stdin.close()


def interrupt(process):
    process.send_signal(signal.SIGINT)


def terminate(process):
    process.terminate()


def kill(process):
    process.kill()


@pytest.mark.parametrize("end", [end_normally, interrupt, terminate, kill])
def test_nothing_is_left_of_a_container_whose_owner_ended(
    owner_process, left, things_of_a_run, end
):
    owner = owner_process()
    container = owner.said["container"]
    run, volumes = left.run_of(container), left.volumes_of(container)
    things_of_a_run(run)
    assert len(left.of(run)) == 3
    assert volumes

    end(owner.process)
    owner.process.wait(ENDED_SECONDS)

    left.await_nothing(run, volumes)


@pytest.fixture
def suite(suite_folder, image):
    """Runs a suite of endless tests in a process group of its own, as a terminal would."""
    (suite_folder / "test_endless.py").write_text(SUITE)
    started = []

    def run(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "--target=container", *arguments, str(suite_folder)],
            cwd=suite_folder,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        started.append(process)

        def runs():
            assert (suite_folder / "container").read_text()

        eventually(runs, within=STARTED, retry_on=(OSError, AssertionError))
        return process, (suite_folder / "container").read_text()

    yield run
    for process in started:
        family = (
            [*psutil.Process(process.pid).children(recursive=True)]
            if (process.poll() is None)
            else []
        )
        process.kill()
        process.wait()
        for member in family:
            member.kill()


def test_nothing_is_left_of_a_run_whose_controller_was_killed(suite, left):
    controller, container = suite("-n", "2")
    run, volumes = left.run_of(container), left.volumes_of(container)

    controller.kill()
    controller.wait(ENDED_SECONDS)

    left.await_nothing(run, volumes)


@pytest.mark.parametrize("times", [1, 2])
def test_nothing_is_left_of_a_run_that_was_interrupted(suite, left, times):
    process, container = suite()
    run, volumes = left.run_of(container), left.volumes_of(container)

    for _ in range(times):
        os.killpg(process.pid, signal.SIGINT)
    process.wait(ENDED_SECONDS)

    left.await_nothing(run, volumes)


def test_the_workers_of_a_run_share_one_container(suite, left, engine):
    _, container = suite("-n", "2")

    assert len(left.of(left.run_of(container))) == 1


@pytest.fixture
def ended_process():
    """What labels say of a process that has ended since."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        return Owner.of(process.pid)


@pytest.fixture
def run_of_ours(engine):
    run = uuid.uuid4().hex
    yield run
    remove_run(engine.client, run)


def test_what_nobody_could_remove_is_removed_at_the_next_start(
    engine, left, things_of_a_run, ended_process, run_of_ours
):
    things_of_a_run(run_of_ours, ended_process)
    assert len(left.of(run_of_ours)) == 2

    assert run_of_ours in remove_remains(engine)

    assert left.of(run_of_ours) == []


def test_the_reaper_waits_for_its_owner_and_ends_itself(engine, left, things_of_a_run, run_of_ours):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        process = reaper.start_reaper(engine.endpoint, run_of_ours, Owner.of(owner.pid))
        things_of_a_run(run_of_ours)
        assert process.poll() is None
    left.await_nothing(run_of_ours)

    assert process.wait(ENDED_SECONDS) == 0


def test_the_reaper_is_out_of_a_terminals_reach(engine, run_of_ours):
    process = reaper.start_reaper(engine.endpoint, run_of_ours, Owner.of())
    try:
        assert os.getsid(process.pid) == process.pid
    finally:
        process.kill()
        process.wait()
