"""What the controller of pytest-xdist tells its workers, and the options of targets made of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

import pytest

from .options import RUN_OPTIONS

CONTROLLER: Final = "harness_controller"
"""The process id of the controller."""
AWS_RUN: Final = "harness_aws_run"
"""The id of a run on AWS; with it comes the controller's word that the user agreed to its plan."""


def input_of(config: pytest.Config) -> dict[str, Any] | None:
    """Return what the controller told this worker; None in any other process."""
    return getattr(config, "workerinput", None)


def real_aws_options(config: pytest.Config) -> dict[str, Any]:
    """Return what the target of a run on AWS is made of."""
    options = config.stash[RUN_OPTIONS]
    assert options.aws is not None
    given = {**asdict(options.aws), "keep": options.keep_stacks, "here": config.rootpath}
    if (told := input_of(config)) is not None:
        return {**given, "run": told[AWS_RUN], "owner": told[CONTROLLER]}
    return {**given, "run": options.aws_run}
