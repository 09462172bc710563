"""Where Ryuk's image can be had, Ryuk cleans up. Here another program speaks its protocol."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from testcontainers.core.config import testcontainers_config

from harness.emulator.image import layout
from harness.targets.docker import cleaner, labels, ryuk

REMOVER = Path(__file__).with_name("remover.py")
TAG = "aws-pattern-harness-test-ryuk"


@pytest.fixture(scope="module")
def remover(engine, image):
    """An image that does what Ryuk's does."""
    dockerfile = (
        f"FROM {image}\nUSER root\nCOPY remover.py /\n"
        f'ENTRYPOINT ["{layout.EMULATOR}/bin/python", "/remover.py"]\nHEALTHCHECK NONE\n'
        # Not an emulator, though made of one's image.
        f'LABEL {labels.DIGEST}=""\n'
    )
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as archive:
        for name, content in (
            ("Dockerfile", dockerfile.encode()),
            ("remover.py", REMOVER.read_bytes()),
        ):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    context.seek(0)
    engine.client.images.build(fileobj=context, custom_context=True, tag=TAG, rm=True)
    yield TAG
    engine.client.images.remove(TAG, force=True)


@pytest.fixture
def with_remover(remover, monkeypatch):
    """Has this process take that image for Ryuk's."""
    monkeypatch.setattr(testcontainers_config, "ryuk_image", remover)
    monkeypatch.setattr(testcontainers_config, "ryuk_reconnection_timeout", "1s")


def test_nothing_is_left_of_an_owner_that_was_killed(
    remover, owner_process, engine, left, things_of_a_run
):
    owner = owner_process(RYUK_CONTAINER_IMAGE=remover, RYUK_RECONNECTION_TIMEOUT="1s")
    container = owner.said["container"]
    run, volumes = left.run_of(container), left.volumes_of(container)
    things_of_a_run(run)
    assert owner.said["cleaned_up_by"] == cleaner.RYUK

    owner.process.kill()

    left.await_nothing(run, volumes)


def test_it_listens_where_the_emulator_does(with_remover, engine):
    connection = ryuk.join(engine, "test-where-it-listens")
    assert connection is not None
    try:
        wanted = {"label": f"{labels.RYUK_OF}=test-where-it-listens"}
        [container] = engine.client.api.containers(filters=wanted)
        assert {port.get("IP") for port in container["Ports"] if port["PrivatePort"] == 8080} == {
            "127.0.0.1"
        }
        # Another process of the run speaks to the same one.
        other = cleaner.join(engine, "test-where-it-listens")
        assert other is not None
        assert other.name == cleaner.RYUK
        other.let_go()
    finally:
        connection.close()


def test_without_its_image_there_is_our_own(engine, monkeypatch, tmp_path):
    monkeypatch.setattr(testcontainers_config, "ryuk_image", "aws-pattern-harness-absent:1")
    monkeypatch.setattr(ryuk, "cache_dir", lambda: tmp_path)

    assert not ryuk.is_available(engine)

    # What couldn't be had isn't tried again with every run.
    monkeypatch.setattr(engine.client.images, "pull", lambda name: pytest.fail("tried again"))
    assert not ryuk.is_available(engine)


def test_it_can_be_switched_off(with_remover, engine, monkeypatch):
    assert ryuk.is_available(engine)

    monkeypatch.setattr(testcontainers_config, "_ryuk_disabled", True)

    assert not ryuk.is_available(engine)


def test_one_that_does_not_answer_is_given_up(engine, image, monkeypatch):
    monkeypatch.setattr(testcontainers_config, "ryuk_image", image)  # which isn't Ryuk's
    monkeypatch.setattr(ryuk, "READY_SECONDS", 1.0)

    assert ryuk.join(engine, "test-no-ryuk") is None

    assert engine.client.api.containers(filters={"label": f"{labels.RYUK_OF}=test-no-ryuk"}) == []
