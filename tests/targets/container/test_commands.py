"""`harness up`, `status` and `down` know containers."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.commands import emulators, starting
from harness.emulator import launch
from harness.targets.docker.standing import open_to_all


@pytest.fixture
def standing(image, monkeypatch):
    """What `harness up --target container --detach` leaves; no other emulator is seen."""
    started = starting.start("container", port=None, is_detached=True)
    monkeypatch.setattr(emulators, "standing", lambda: [started.emulator])
    monkeypatch.setattr(launch, "attachable", lambda share: None)
    yield started.emulator
    started.stop()


def harness(*arguments):
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_is_shown_and_ended(standing, engine):
    [said] = json.loads(harness("status", "--json"))["emulators"]
    assert said["target"] == "container"
    assert said["container"] == standing.name
    assert said["endpoint"] == standing.endpoint
    assert said["answers"]
    assert f"container {standing.name}" in harness("status")
    assert emulators.attached().describe()["container"] == standing.name

    assert json.loads(harness("down", "--json")) == {"stopped": [standing.endpoint], "left": []}

    assert standing.name not in {one.name for one in open_to_all(engine)}


def test_only_emulators_are_started():
    done = CliRunner().invoke(app, ["up", "--target", "aws"])

    assert done.exit_code != 0
    assert "starts no" in str(done.exception)
