"""Whose things are: the tags that everything a run makes carries."""

from __future__ import annotations

import getpass
import re
import secrets
from collections.abc import Mapping
from typing import Final

RUN_TAG: Final = "aws-pattern-harness:run"
OWNER_TAG: Final = "aws-pattern-harness:owner"


def tags_of(run: str, owner: str) -> dict[str, str]:
    """Return the tags of a run's things."""
    return {RUN_TAG: run, OWNER_TAG: owner}


def is_tagged(tags: Mapping[str, str], run: str) -> bool:
    """Say whether tags are those of a run."""
    return tags.get(RUN_TAG) == run


def is_of_whole_run(bucket: str, run: str) -> bool:
    """Say whether a bucket is the one for code, which all modules of a run share."""
    return bucket.startswith("aws-pattern-harness-") and bucket.endswith(f"-{run}")


def new_run_id() -> str:
    """Return an id that no other run has: short, for it is part of names."""
    return secrets.token_hex(4)


def owner_name() -> str:
    """Return the name of the user, of characters that AWS allows in the value of any tag.

    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user need not have a name
        name = "unknown"
    return re.sub(r"[^\w.:/=+@-]", "_", name, flags=re.ASCII)[:128] or "unknown"
