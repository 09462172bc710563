"""Starting an emulator: where it listens, what it tells when it can't."""

from __future__ import annotations

import ipaddress
import shutil
import socket

import psutil
import pytest

from harness.emulator import launch, ports
from harness.errors import HarnessError, MissingRequirement, UsageProblem
from harness.targets.embedded import Embedded


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def target(own_emulators):
    """Makes targets that are stopped afterwards."""
    made = []

    def make(**options):
        made.append(Embedded(**{"reuse": False, **options}))
        return made[-1]

    yield make
    for target in made:
        target.stop()


def test_it_listens_on_loopback_alone(emulator, aws):
    aws("sqs").create_queue(QueueName="q")
    aws("lambda").list_functions()

    process = psutil.Process(emulator.describe()["pid"])
    listening = {
        connection.laddr.ip
        for member in (process, *process.children(recursive=True))
        for connection in member.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or not connection.raddr
    }

    assert listening
    assert {address for address in listening if not ipaddress.ip_address(address).is_loopback} == (
        set()
    )


def test_a_port_that_is_taken_is_named(target, taken_port):
    with pytest.raises(MissingRequirement, match=rf"Port {taken_port} is taken by .*--port"):
        target(port=taken_port).start()


def test_a_free_port_that_is_taken_meanwhile_is_replaced(target, taken_port, monkeypatch):
    offered = [taken_port, ports.free_port()]
    monkeypatch.setattr(ports, "free_port", lambda: offered.pop(0))

    started = target()
    started.start()

    assert started.describe()["localstack"]
    assert offered == []


def test_an_emulator_that_ends_while_it_starts_shows_its_log(target, monkeypatch, own_emulators):
    composed = launch.environment_of
    monkeypatch.setattr(
        launch, "environment_of", lambda **given: composed(**given) | {"GATEWAY_LISTEN": "x:y"}
    )

    with pytest.raises(HarnessError, match="ended while it started") as problem:
        target().start()

    assert "Traceback" in problem.value.__notes__[0]
    assert list(own_emulators.glob("e-*")) == []


def test_an_overlay_that_cannot_be_installed_stops_the_start(target, monkeypatch, tmp_path):
    broken = tmp_path / "bridge"
    shutil.copytree(launch.make_bridge(), broken)
    overlay = broken / "harness" / "overlays" / "broken" / "overlay.py"
    overlay.parent.mkdir()
    overlay.write_text("raise RuntimeError('upstream changed')")
    monkeypatch.setattr(launch, "make_bridge", lambda: broken)

    with pytest.raises(HarnessError, match="exit code 70") as problem:
        target().start()

    assert "upstream changed" in problem.value.__notes__[0]


def test_a_folder_that_is_not_empty_is_refused(target, tmp_path):
    (tmp_path / "mine").touch()

    with pytest.raises(UsageProblem, match="isn't empty"):
        target(state_dir=tmp_path).start()


def test_a_named_folder_stays_with_its_log(target, tmp_path):
    named = target(state_dir=tmp_path / "state")
    named.start()
    named.stop()

    assert (tmp_path / "state" / "emulator.log").exists()


def test_several_run_at_once(emulator, target):
    other = target()
    other.start()

    assert other.endpoint_url != emulator.endpoint_url
    emulator.client("sqs", account="111111111111").create_queue(QueueName="q")
    assert "QueueUrls" not in other.client("sqs", account="111111111111").list_queues()
    emulator.release_account("111111111111")


def test_a_dead_emulator_is_reported_with_its_log(target):
    dying = target()
    dying.start()
    process = psutil.Process(dying.describe()["pid"])
    process.kill()
    process.wait(10)

    with pytest.raises(HarnessError, match="doesn't answer") as problem:
        dying.release_account("111111111111")

    assert "LocalStack version" in problem.value.__notes__[0]
