"""A container that stands is used again, if it runs what this version does."""

from __future__ import annotations

import os

import pytest

from harness.commands import starting
from harness.emulator import ports
from harness.targets.container import Container
from harness.targets.docker import attaching, labels
from harness.targets.docker.emulator_container import EmulatorContainer
from harness.targets.docker.launching import discard
from harness.targets.docker.removing import remove_run
from harness.targets.docker.standing import open_to_all


@pytest.fixture
def standing(image):
    """What `harness up --target container --detach` leaves."""
    started = starting.start("container", port=None, is_detached=True)
    yield started.emulator
    started.stop()


@pytest.fixture
def service(engine, image):
    """A container as compose runs it, by its labels."""
    compose = {labels.COMPOSE_SERVICE: "emulator", labels.COMPOSE_PROJECT: "test"}
    container = EmulatorContainer(engine, image, port=ports.free_port(), labels=compose)
    try:
        yield container.start()
    finally:
        discard(container)


@pytest.fixture
def names(engine):
    def listed():
        return {emulator.name for emulator in open_to_all(engine)}

    return listed


def test_one_that_stands_is_attached_to_and_left(standing, names):
    target = Container()
    target.start()

    assert target.describe()["container"] == standing.name
    assert target.describe()["is_shared"]
    account = target.new_account()
    target.client("sqs", account=account).create_queue(QueueName="q")
    target.release_account(account)
    assert "QueueUrls" not in target.client("sqs", account=account).list_queues()

    target.stop()

    assert standing.name in names()


def test_one_with_other_overlays_is_not_used_and_a_line_says_why(standing, engine, monkeypatch):
    monkeypatch.setattr(attaching, "wanted_digest", lambda: "another")
    told = []

    assert attaching.attachable(engine, tell=told.append) is None

    mine = [line for line in told if standing.endpoint in line]
    assert len(mine) == 1
    assert "runs other overlays or packages than this version" in mine[0]
    assert "harness up --target container --detach" in mine[0]


def test_one_on_another_port_than_wanted_is_not_used(standing, engine, target):
    anywhere, elsewhere = target(reuse=True), target(reuse=True, port=ports.free_port())
    anywhere.start()
    elsewhere.start()

    assert anywhere.is_shared
    assert not elsewhere.is_shared


def test_a_compose_service_is_attached_to(service, engine):
    target = Container()
    target.start()

    assert target.describe()["container"] == service.name
    assert [one.service for one in open_to_all(engine) if one.name == service.name] == ["emulator"]


def test_the_remedy_for_an_unfit_compose_service_is_composes(service, engine, monkeypatch):
    monkeypatch.setattr(attaching, "wanted_digest", lambda: "another")
    told = []

    attaching.attachable(engine, tell=told.append)

    assert any("compose service emulator" in line and "docker compose up" in line for line in told)


def test_the_processes_of_a_run_share_one(target, left, engine):
    one, other = (target(run="shared-by-two", owner=os.getpid()) for _ in "ab")
    try:
        one.start()
        other.start()

        assert other.endpoint_url == one.endpoint_url
        assert one.is_shared
        assert len(left.of("shared-by-two")) == 1
    finally:
        remove_run(engine.client, "shared-by-two")
