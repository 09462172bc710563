"""Starting a container: where it listens, what it tells when it can't."""

from __future__ import annotations

import platform
import socket

import psutil
import pytest

from harness.emulator import ports
from harness.emulator.health import info_of
from harness.errors import HarnessError, MissingRequirement, UsageProblem
from harness.targets.container import Container
from harness.targets.docker import emulator_container, ryuk
from harness.targets.docker.emulator_container import EmulatorContainer
from harness.targets.docker.labels import Owner


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def started_with(monkeypatch):
    """Has containers start with another command than the image's."""

    def use(*command):
        kwargs = EmulatorContainer.with_kwargs
        monkeypatch.setattr(
            EmulatorContainer,
            "with_kwargs",
            lambda container, **given: kwargs(container, **given, entrypoint=list(command)),
        )

    return use


@pytest.fixture
def nothing_left(engine):
    """Sees to it that a test leaves no container of this process."""
    [(label, owner), *_] = Owner.of().labels().items()

    def ours():
        listed = engine.client.api.containers(all=True, filters={"label": f"{label}={owner}"})
        return {one["Id"] for one in listed}

    before = ours()
    yield
    assert ours() - before == set()


def own_addresses():
    return [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family == socket.AF_INET and not address.address.startswith("127.")
    ]


def test_it_is_published_on_loopback_alone(shared_container, engine):
    port, name = shared_container.port, shared_container.describe()["container"]

    published = engine.client.api.inspect_container(name)["NetworkSettings"]["Ports"]

    bindings = {inside: several for inside, several in published.items() if several}
    # One, the same inside and out.
    assert bindings == {f"{port}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    for address in own_addresses():
        with pytest.raises(OSError, match="refused"):
            socket.create_connection((address, port), timeout=5)


def test_it_answers_with_this_versions_overlays(shared_container):
    import harness

    said = shared_container.describe()

    assert said["target"] == "container"
    assert said["harness"] == harness.__version__
    assert said["localstack"]


def test_libraries_are_packaged_for_what_the_container_has(shared_container):
    assert shared_container.function_platform("python3.13", "arm64")[0] == "python3.13"
    runtime, architecture = shared_container.function_platform("python3.12", "arm64")

    assert runtime == "python3.13"
    assert architecture == {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]


def test_it_says_who_cleans_up(target, engine):
    started = target()
    started.start()

    expected = "ryuk" if ryuk.is_available(engine) else "reaper"
    assert started.describe()["cleaned_up_by"] == expected


def test_an_account_sees_its_own_resources_alone(shared_container):
    one, other = shared_container.new_account(), shared_container.new_account()
    shared_container.client("sqs", account=one).create_queue(QueueName="mine")

    assert "QueueUrls" not in shared_container.client("sqs", account=other).list_queues()
    shared_container.release_account(one)
    assert "QueueUrls" not in shared_container.client("sqs", account=one).list_queues()


def test_the_log_is_evidence(shared_container):
    assert "Ready." in shared_container.evidence()


def test_a_port_that_is_taken_is_named(target, taken_port):
    with pytest.raises(MissingRequirement, match=rf"Port {taken_port} is taken.*--port"):
        target(port=taken_port).start()


def test_a_port_can_be_named(target):
    port = ports.free_port()
    started = target(port=port)
    started.start()

    assert started.endpoint_url == f"http://127.0.0.1:{port}"


def test_a_free_port_that_is_taken_meanwhile_is_replaced(target, taken_port, monkeypatch):
    offered = [taken_port, ports.free_port()]
    monkeypatch.setattr(ports, "free_port", lambda: offered.pop(0))

    started = target()
    started.start()

    assert started.describe()["localstack"]
    assert offered == []


def test_a_container_that_ends_while_it_starts_shows_its_log(target, started_with, nothing_left):
    started_with("/bin/sh", "-c", "echo what went wrong; exit 3")

    with pytest.raises(HarnessError, match=r"has ended while it started \(exit code 3\)") as told:
        target().start()

    assert "what went wrong" in told.value.__notes__[0]


def test_a_disk_that_is_full_inside_is_told(target, started_with, nothing_left):
    started_with("/bin/sh", "-c", "echo 'OSError: [Errno 28] No space left on device'; exit 1")

    with pytest.raises(MissingRequirement, match=r"Docker's disk is full\..*docker system df"):
        target().start()


def test_an_image_that_was_half_built_is_told(target, started_with, nothing_left):
    started_with("/absent")

    with pytest.raises(HarnessError, match=r"image is incomplete.*image build --rebuild"):
        target().start()


def test_a_container_that_does_not_answer_is_told(target, started_with, monkeypatch, nothing_left):
    monkeypatch.setattr(emulator_container, "READY_SECONDS", 1.0)
    started_with("/bin/sh", "-c", "echo I am busy; exec tail -f /dev/null")

    with pytest.raises(HarnessError, match=r"gave no healthy answer at 127\.0\.0\.1:\d+") as told:
        target().start()

    assert "I am busy" in told.value.__notes__[0]


def test_a_folder_for_its_state_is_refused(tmp_path):
    with pytest.raises(UsageProblem, match="keeps its state in a volume"):
        Container(state_dir=tmp_path)


def test_it_is_gone_when_it_is_stopped(target, left):
    started = target()
    started.start()
    port, container = started.port, started.describe()["container"]
    run, volumes = left.run_of(container), left.volumes_of(container)

    started.stop()

    left.await_nothing(run, volumes)
    assert info_of(port) is None
