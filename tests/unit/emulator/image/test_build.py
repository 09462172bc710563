"""When an image is built, and what is refused before anything is done."""

from __future__ import annotations

import pytest

from harness.emulator.image import build, builders, wheelhouse
from harness.emulator.image.tag import DIGEST_LABEL, image_digest
from harness.errors import MissingRequirement, UsageProblem


class Engine:
    """An engine with one image, or none."""

    def __init__(self, labels=None):
        self.labels = labels
        self.client = self
        self.images = self
        self.architecture = "amd64"

    def get(self, name):
        import docker.errors

        if self.labels is None:
            raise docker.errors.ImageNotFound(name)
        return self

    def explained(self):
        import contextlib

        return contextlib.nullcontext()

    in_environment = explained


@pytest.fixture
def engine(monkeypatch):
    """Puts an engine in the place of the machine's."""

    def put(labels=None):
        monkeypatch.setattr(build, "connect", lambda: Engine(labels))

    return put


def test_an_image_that_is_there_is_used(cache, engine):
    engine({DIGEST_LABEL: image_digest()})

    assert build.find_image() == build.build_image()


@pytest.mark.parametrize("labels", [None, {}, {DIGEST_LABEL: "another"}])
def test_an_image_that_is_absent_or_not_ours_is_none(cache, engine, labels):
    engine(labels)

    assert build.find_image() is None


def test_a_wheelhouse_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageProblem, match="no wheelhouse") as refusal:
        build.build_image(wheelhouse=tmp_path)

    assert "harness image wheelhouse" in refusal.value.remedy


@pytest.mark.parametrize("option", ["certificates", "pip_config"])
def test_a_secret_that_is_no_file_is_refused(tmp_path, option):
    with pytest.raises(UsageProblem, match="There is no file"):
        build.build_image(**{option: tmp_path / "absent"})


def test_secrets_without_buildkit_are_refused(cache, engine, tmp_path, monkeypatch):
    engine()
    monkeypatch.setattr(builders, "buildkit_command", lambda: None)
    (tmp_path / "pip.conf").touch()

    with pytest.raises(MissingRequirement, match="need BuildKit") as refusal:
        build.build_image(pip_config=tmp_path / "pip.conf")

    assert "--wheelhouse" in refusal.value.remedy


def test_packages_for_a_machine_without_any_are_refused(cache, tmp_path):
    with pytest.raises(UsageProblem, match="no packages for the architecture 'riscv64'"):
        wheelhouse.fill(tmp_path, "riscv64", lambda *_: None)


@pytest.mark.parametrize(
    ("versions", "chosen"),
    [
        ({"a": "Docker version 28.2.2, build e6534b4"}, None),
        ({"a": "Docker version 20.10.24+dfsg1, build 297e128"}, "a"),
        ({"a": "Docker version 28.2.2, build e", "b": "Docker version 20.10.24, build 2"}, "b"),
        ({}, None),
    ],
    ids=["without buildx", "20.10", "the second one", "none"],
)
def test_the_first_command_that_can_use_buildkit_is_taken(tmp_path, monkeypatch, versions, chosen):
    for folder, version in versions.items():
        command = tmp_path / folder / "docker"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "{version}"\n')
        command.chmod(0o755)
    monkeypatch.setenv("PATH", ":".join([*(str(tmp_path / name) for name in versions), "/bin"]))
    monkeypatch.setattr(builders.shutil, "which", _which_here(tmp_path))
    builders.buildkit_command.cache_clear()

    found = builders.buildkit_command()

    builders.buildkit_command.cache_clear()
    assert found == (str(tmp_path / chosen / "docker") if chosen else None)


def _which_here(folder):
    import shutil

    which = shutil.which

    def look(name, path=None):
        found = which(name, path=path)
        return found if found and found.startswith(str(folder)) else None

    return look
