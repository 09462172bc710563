"""What earlier runs left in Docker is removed if its owner is surely gone, and nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from harness.emulator.docker.engine import connect
from harness.targets.docker import labels
from harness.targets.docker.labels import Owner
from harness.targets.docker.removing import remove_remains, remove_run


@pytest.fixture
def engine(fake_engine):
    fake_engine.answers("GET /containers/json", [])
    fake_engine.answers("GET /networks", [])
    fake_engine.answers("GET /volumes", {"Volumes": None})
    fake_engine.answers("DELETE /.*", None, 204)
    return connect(fake_engine.endpoint)


@pytest.fixture
def ended_process():
    """What labels say of a process that has ended since."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        return Owner.of(process.pid)


def container(owner, state="running"):
    return {"Id": "0f", "State": state, "Labels": {labels.RUN: "r"} | owner.labels()}


def test_an_owner_is_read_from_its_labels():
    owner = Owner.of()

    assert Owner.in_labels(owner.labels()) == owner
    assert owner.labels()[labels.OWNER] == f"{os.getpid()}@{socket.gethostname()}"
    assert not owner.is_gone()


def test_what_stands_by_itself_has_no_owner():
    assert Owner.in_labels({labels.RUN: "r"}) is None


def test_a_process_that_ended_is_gone(ended_process):
    assert ended_process.is_gone()


def test_another_process_with_the_same_id_is_not_the_owner():
    mine = Owner.of()
    earlier = Owner(mine.pid, mine.host, "1" + mine.started)

    assert earlier.is_gone()


@pytest.mark.parametrize(
    "owner",
    [
        Owner(2**22 + 1, "another-machine", Owner.of().started),
        Owner(2**22 + 1, socket.gethostname(), "1 another-boot pid:[1]"),
    ],
    ids=["another machine", "another container of the same name"],
)
def test_of_processes_elsewhere_nobody_can_tell(owner):
    assert not owner.is_gone()


def test_remains_are_removed_with_their_volumes(fake_engine, engine, ended_process):
    fake_engine.answers("GET /containers/json", [container(ended_process)])
    fake_engine.answers("GET /networks", [{"Id": "1e", "Labels": {}}])
    fake_engine.answers("GET /volumes", {"Volumes": [{"Name": "v", "Labels": {}}]})

    assert remove_remains(engine) == ["r"]

    removed = [asked for asked in fake_engine.asked if asked.startswith("DELETE")]
    assert removed == ["DELETE /containers/0f", "DELETE /networks/1e", "DELETE /volumes/v"]


def test_what_a_living_process_has_stays(fake_engine, engine):
    fake_engine.answers("GET /containers/json", [container(Owner.of())])

    assert remove_remains(engine) == []
    assert not [asked for asked in fake_engine.asked if asked.startswith("DELETE")]


@pytest.mark.parametrize(("state", "left"), [("exited", ["r"]), ("running", [])])
def test_what_an_earlier_boot_left_is_removed_once_it_stopped(fake_engine, engine, state, left):
    owner = Owner(os.getpid(), socket.gethostname(), "1 an-earlier-boot pid:[1]")
    fake_engine.answers("GET /containers/json", [container(owner, state)])

    assert remove_remains(engine) == left


def test_what_somebody_else_is_removing_counts_as_removed(fake_engine, engine):
    fake_engine.answers("GET /containers/json", [{"Id": "0f"}, {"Id": "1f"}])
    fake_engine.refuses("DELETE /containers/0f", "removal of container 0f is in progress", 409)
    fake_engine.refuses("DELETE /containers/1f", "No such container: 1f", 404)

    assert remove_run(engine.client, "r") == 2
