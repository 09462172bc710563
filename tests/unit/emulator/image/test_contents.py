"""What an image is built from, and the name that follows from it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import harness
from harness.emulator import bridge, bridge_contents
from harness.emulator.image import contents, context, tag

HOME = Path(harness.__file__).parent


@pytest.fixture
def assembled(tmp_path):
    """A build's folder."""
    context.assemble(tmp_path, None, has_buildkit=True)
    return tmp_path


def copies(dockerfile):
    """The places that a Dockerfile copies from its build's folder."""
    lines = [line.split()[1:-1] for line in dockerfile.splitlines() if line.startswith("COPY ")]
    return [place for line in lines if not line[0].startswith("--from") for place in line]


def test_a_build_gets_all_that_its_dockerfile_copies(assembled):
    wanted = copies((assembled / context.DOCKERFILE).read_text())

    absent = [place for place in wanted if not (assembled / place).exists()]
    assert absent == ["wheelhous[e]"]  # the one that is optional


def test_the_digest_inside_is_the_one_outside(assembled):
    points = bridge_contents.entry_points_in(assembled / "pyproject.toml")

    assert points == bridge.entry_points()
    assert contents.digest_of(assembled / "harness", points) == tag.image_digest()


def test_a_checkout_says_the_same_as_the_installed_package():
    points = bridge_contents.entry_points_in(HOME.parent / "pyproject.toml")

    assert points == bridge.entry_points()


@pytest.mark.parametrize(
    "part", ["overlays/core/base.py", "emulator/python/requirements.lock", context.DOCKERFILE[8:]]
)
def test_whatever_changes_is_another_image(assembled, part):
    (assembled / "harness" / part).write_text("# changed\n")

    assert tag.digest_of_files(assembled / "harness") != tag.image_digest()


def test_the_name_says_version_and_digest():
    assert re.fullmatch(
        rf"aws-pattern-harness:{re.escape(harness.__version__)}-[0-9a-f]{{12}}", tag.image_tag()
    )


def test_the_dockerfile_names_the_versions_that_are_installed():
    dockerfile = (HOME / "emulator/image/Dockerfile").read_text()
    said = dict(re.findall(r'^ARG (\w+)="([^"]+)"', dockerfile, re.MULTILINE))
    project = tomllib.loads((HOME / "emulator/python/pyproject.toml").read_text())["project"]

    assert said["VERSION"] == harness.__version__
    assert f"localstack-core[runtime]=={said['LOCALSTACK']}" in project["dependencies"]


def test_the_first_process_needs_nothing_but_the_standard_library_and_what_is_copied(assembled):
    for part in contents.files_in(assembled / "harness"):
        if not part.endswith(".py") or part.startswith("overlays/"):
            continue
        text = (assembled / "harness" / part).read_text()
        for module in re.findall(r"^\s*(?:from|import) (harness[\w.]*)", text, re.MULTILINE):
            file = assembled / module.replace(".", "/")
            known = file.is_dir() or file.with_suffix(".py").exists()
            assert known or module in ("harness.errors", "harness.observe.eventually"), part


def test_without_buildkit_the_secrets_are_left_out(tmp_path):
    context.assemble(tmp_path, None, has_buildkit=False)

    dockerfile = (tmp_path / context.DOCKERFILE).read_text()
    assert "--mount" not in dockerfile
    assert "RUN if [ -s /run/secrets/certificates ]" in dockerfile


def test_a_wheelhouse_is_handed_over(tmp_path):
    wheelhouse = tmp_path / "wheels"
    (wheelhouse / "emulator").mkdir(parents=True)
    (wheelhouse / "emulator" / "one.whl").write_text("wheel")
    folder = tmp_path / "build"
    folder.mkdir()

    context.assemble(folder, wheelhouse, has_buildkit=True)

    assert (folder / "wheelhouse" / "emulator" / "one.whl").read_text() == "wheel"
