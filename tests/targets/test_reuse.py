"""A warm emulator is used again, if it runs the same overlays."""

from __future__ import annotations

import os

import psutil
import pytest

from harness.emulator import launch, running
from harness.targets.embedded import Embedded


@pytest.fixture
def warm(own_emulators):
    """What `harness up --detach` leaves."""
    launched = launch.launch(share=launch.ANYONE, is_detached=True)
    yield launched.emulator
    launched.stop()


def test_a_warm_one_is_attached_to_and_left_running(warm):
    target = Embedded()
    target.start()

    assert target.describe()["pid"] == warm.pid
    assert target.describe()["is_shared"]

    target.stop()

    assert [emulator.pid for emulator in running.running()] == [warm.pid]


def test_one_with_other_overlays_is_not_attached_to(warm, monkeypatch):
    monkeypatch.setattr(launch, "overlays_digest", lambda: "another")

    assert launch.attachable(launch.ANYONE) is None


def test_one_on_another_port_than_wanted_is_not_attached_to(warm):
    assert Embedded(port=warm.port)._warm() is not None
    assert Embedded(port=warm.port + 1)._warm() is None


def test_the_processes_of_a_test_run_share_one(own_emulators):
    one, other, stranger = (Embedded(run=run, owner=os.getpid()) for run in ("r", "r", "s"))
    try:
        one.start()
        other.start()

        assert other.endpoint_url == one.endpoint_url
        assert launch.attachable("s") is None
        assert stranger._warm() is None
    finally:
        for emulator in running.running():
            psutil.Process(emulator.pid).kill()
