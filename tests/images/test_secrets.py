"""Certificates and package mirrors that a build may read, and that nothing keeps."""

from __future__ import annotations

import os
import re
import secrets
import shutil

import pytest

from harness.emulator.image import builders, context
from harness.emulator.image.build import BASE, BASE_VARIABLE, build_image
from harness.emulator.image.wheelhouse import kept_wheelhouse
from harness.errors import MissingRequirement


@pytest.fixture
def buildkit():
    command = builders.buildkit_command()
    if command is None:
        pytest.skip("no docker command here can use BuildKit, without which there are no secrets")
    return command


@pytest.fixture
def small_build(engine, image, tmp_path):
    """The stage that installs, with two small packages, found by a secret pip.conf alone."""
    mark = f"secret-{secrets.token_hex(16)}"
    folder = tmp_path / "build"
    folder.mkdir()
    context.assemble(folder, None, has_buildkit=True)
    dockerfile = folder / context.DOCKERFILE
    dockerfile.write_text(dockerfile.read_text().partition("FROM packages AS prepared")[0])
    wheelhouse = kept_wheelhouse(engine.architecture, lambda *_: None)
    shutil.copytree(wheelhouse / "emulator", folder / "wheelhouse" / "elsewhere")
    for pip in wheelhouse.glob("pip-*.whl"):
        shutil.copy2(pip, folder / "wheelhouse")
    keep_alone(folder / "harness/emulator/python/requirements.lock", "setuptools", "six")
    keep_alone(folder / "harness/emulator/runtimes_lock/requirements.lock", "six")
    files = {"certificates": tmp_path / "company.pem", "pip_config": tmp_path / "pip.conf"}
    files["certificates"].write_text(f"# {mark}\n")
    files["pip_config"].write_text(
        f"[global]\n# {mark}\nno-index = true\nfind-links = /build/wheelhouse/elsewhere\n"
    )
    base = os.environ.get(BASE_VARIABLE) or BASE
    # Another tag each time would be found in Docker's cache: the mark makes it another build.
    (folder / "harness/emulator/image/installation.py").open("a").write(f"# {mark[-8:]}\n")
    build = builders.Build(folder, f"image-test:{mark[-8:]}", {"BASE": base}, files)
    yield build, mark
    engine.client.images.remove(build.tag, force=True)


def keep_alone(lock, *names):
    blocks = re.split(r"\n(?=\S)", lock.read_text())
    lock.write_text("\n".join(block for block in blocks if block.partition("==")[0] in names))


def test_a_build_reads_them_and_keeps_nothing(engine, buildkit, small_build):
    build, mark = small_build

    builders.build_with_buildkit(buildkit, build, lambda line: None)  # fails without the secret

    built = engine.client.images.get(build.tag)
    assert mark not in str(built.history())
    overlap = b""
    for part in built.save():
        assert mark.encode() not in overlap + part
        overlap = part[-len(mark) :]


def test_a_base_that_no_registry_gives_is_told(engine, cache):
    with pytest.raises(MissingRequirement, match="no registry gives it") as refusal:
        build_image(base="127.0.0.1:9/nowhere:none", rebuild=True, wheelhouse=cache)

    assert "docs/air-gapped.md" in refusal.value.remedy


@pytest.fixture
def cache(tmp_path):
    """An empty wheelhouse, which a build that finds no base never comes to."""
    (tmp_path / "emulator").mkdir()
    return tmp_path
