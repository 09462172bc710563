"""Builds the emulator's image when it isn't there."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.emulator.cache import cache_dir, explained, locked, writable
from harness.emulator.docker.engine import connect
from harness.emulator.environment import LOCK as EMULATOR_LOCK
from harness.emulator.progress import Progress, unseen
from harness.emulator.runtimes import LOCK as RUNTIMES_LOCK
from harness.errors import MissingRequirement, UsageProblem

from . import builders, context, failures
from .build_progress import BuildProgress
from .builders import Build, BuildFailed
from .tag import DIGEST_LABEL, digest_of_files, image_digest, image_tag, tag_of
from .wheelhouse import PACKAGES_MARK, has_own_settings, kept_wheelhouse

if TYPE_CHECKING:
    from harness.emulator.docker.engine import Engine

BASE: Final = "python:3.13-slim"
BASE_VARIABLE: Final = "HARNESS_IMAGE_BASE"
_PACKAGE: Final = re.compile(r"^\S+==", re.MULTILINE)


def find_image() -> str | None:
    """Return the name of this version's image; None when it isn't there, or isn't whole."""
    return _found(connect())


def build_image(
    *,
    base: str | None = None,
    wheelhouse: Path | None = None,
    certificates: Path | None = None,
    pip_config: Path | None = None,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> str:
    """Return the name of this version's image, built first if it isn't there.

    Processes that ask at once wait for the one that builds it. Where this machine's pip is set to
    an index or certificates of its own, and nothing else is said, the packages are fetched here,
    by those settings, and the build gets them: its network is another than the user's.

    Args:
        base: Image with Python 3.13 to build on; that of HARNESS_IMAGE_BASE, or Docker's official
            one, when absent.
        wheelhouse: Folder with the packages (`harness image wheelhouse`), so that the build asks
            no index.
        certificates: Certificates to trust while packages are fetched; kept in no layer.
        pip_config: A pip.conf that says where packages come from; kept in no layer.
        rebuild: Build it although it is there.
        progress: Is told how far it is.

    Raises:
        UsageProblem: A file or folder that is named isn't there.
        MissingRequirement: No engine, base image, index, space or permission.
        HarnessError: The build failed otherwise; an image that was there before still is.
    """
    _check(wheelhouse, certificates, pip_config)
    engine = connect()
    telling = progress or unseen
    with locked(writable(cache_dir()) / "image.lock"), engine.in_environment():
        if not rebuild and (found := _found(engine)):
            return found
        if wheelhouse is None and not (certificates or pip_config) and has_own_settings():
            wheelhouse = kept_wheelhouse(engine.architecture, telling)
        chosen = base or os.environ.get(BASE_VARIABLE) or BASE
        secrets = {"certificates": certificates, "pip_config": pip_config}
        return _build(
            engine,
            chosen,
            wheelhouse,
            {name: file.absolute() for name, file in secrets.items() if file},
            telling,
        )


def _build(
    engine: Engine,
    base: str,
    wheelhouse: Path | None,
    secrets: dict[str, Path],
    progress: Progress,
) -> str:
    command = builders.buildkit_command()
    if command is None and secrets:
        raise MissingRequirement(
            "Secrets of a build need BuildKit, and no docker command here can use it.",
            "Install Docker's buildx plug-in, or give the packages with --wheelhouse DIR.",
        )
    total = sum(len(_PACKAGE.findall(lock.read_text())) for lock in (EMULATOR_LOCK, RUNTIMES_LOCK))
    told = BuildProgress(progress, total)
    parent = writable(cache_dir())
    with (
        explained(parent),
        tempfile.TemporaryDirectory(dir=parent, prefix="image-") as folder,
    ):
        context.assemble(Path(folder), wheelhouse, has_buildkit=command is not None)
        # Of the copy: who works on the overlays may have changed them meanwhile.
        digest = digest_of_files(Path(folder, "harness"))
        build = Build(
            folder=Path(folder),
            tag=tag_of(digest),
            arguments={"BASE": base, "DIGEST": digest},
            secrets=secrets,
            is_offline=wheelhouse is not None,
        )
        try:
            if command:
                builders.build_with_buildkit(command, build, told.heard)
            else:
                builders.build_without_buildkit(engine, build, told.heard)
        except BuildFailed as problem:
            raise failures.explain(str(problem), base) from problem
    return build.tag


def _found(engine: Engine) -> str | None:
    import docker.errors

    with engine.explained():
        try:
            labels = engine.client.images.get(image_tag()).labels
        except docker.errors.ImageNotFound:
            return None
    return image_tag() if labels.get(DIGEST_LABEL) == image_digest() else None


def _check(wheelhouse: Path | None, certificates: Path | None, pip_config: Path | None) -> None:
    if wheelhouse is not None and not (wheelhouse / PACKAGES_MARK).is_dir():
        raise UsageProblem(
            f"The folder {wheelhouse} is no wheelhouse: it has no folder {PACKAGES_MARK!r}.",
            f'"harness image wheelhouse {wheelhouse}" fills it.',
        )
    for option, file in (("certificates", certificates), ("package-index-config", pip_config)):
        if file is not None and not file.is_file():
            raise UsageProblem(f"There is no file {file}.", f"Correct --{option}.")
