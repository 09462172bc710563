"""Where scenarios run."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, Final

from harness.errors import UsageProblem

from .base import Target

__all__ = ["TARGETS", "Target", "target_named"]

TARGETS: Final = ("embedded", "container", "aws")


def target_named(name: str, options: Mapping[str, Any] | None = None) -> Target:
    """Return the target of a name; it isn't started yet.

    Args:
        name: The word of `--target`.
        options: Its options. `embedded` knows `reuse`, `port`, `state_dir`, `run` and `owner`;
            `real_aws` belongs to `aws`.

    Raises:
        UsageProblem: There is no such target, or this version can't do it.
    """
    given = dict(options or {})
    real_aws = given.pop("real_aws", False)
    if name not in TARGETS:
        raise UsageProblem(f'Unknown target "{name}".{_meant(name)}', f"({', '.join(TARGETS)})")
    if name == "container":
        raise UsageProblem(
            'The target "container" isn\'t available in this version.',
            'Use "embedded", which runs the same LocalStack and overlays without Docker.',
        )
    if name == "aws" or real_aws:
        raise UsageProblem(
            'The target "aws" (--real-aws) isn\'t available in this version.',
            'Nothing was sent to AWS; leave --real-aws out and use "embedded".',
        )
    from .embedded import Embedded

    return Embedded(**given)


def _meant(name: str) -> str:
    close = difflib.get_close_matches(name, TARGETS, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
