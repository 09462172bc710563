"""Makes a base image out of Debian's packages, where there is no image registry."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from harness.emulator.docker.engine import connect
from harness.errors import MissingRequirement, UsageProblem

SCRIPT: Final = Path(__file__).parent / "base" / "make-base.sh"
BASE_NAME: Final = "aws-pattern-harness-base:trixie"


def make_base(name: str = BASE_NAME, *, include: str = "", rebuild: bool = False) -> str:
    """Return the name of the base image, made by the script if it isn't there.

    Args:
        name: Its name.
        include: Further packages of Debian, separated by commas, such as `nodejs`.
        rebuild: Make it although it is there.

    Raises:
        MissingRequirement: No engine, no root, no debootstrap, no mirror.
        UsageProblem: The name is none for an image.
    """
    if name.startswith("-") or any(character.isspace() for character in name):
        raise UsageProblem(f"{name!r} can't be an image's name.", f"One is {BASE_NAME}.")
    engine = connect()
    call = ["sh", str(SCRIPT), *(["--rebuild"] if rebuild else [])]
    call += ["--include", include] if include else []
    # Its progress and its refusals are lines on stderr, for people as they are.
    done = subprocess.run(
        [*call, name],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **engine.endpoint.variables()},
        check=False,
    )
    if done.returncode != 0:
        raise MissingRequirement(
            "The base image could not be made.",
            "The script's words are above; docs/air-gapped.md says what it needs.",
        )
    return done.stdout.strip()
