"""`@pytest.mark.claim("pattern.claim")`: who asserts what, and nothing unknown is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import HarnessError, UsageProblem

from .options import RUN_OPTIONS

if TYPE_CHECKING:
    from harness.claims import Claims

FILE_NAME = "claims.yaml"
PROPERTY = "claim"
"""Name under which a test's report carries a claim; xdist and JUnit pass it on."""

_CLAIMS = pytest.StashKey["Claims"]()


def claims_file(config: pytest.Config) -> Path | None:
    """Find the claims registry: as asked for, else in pytest's root or its `scenarios`."""
    if asked := config.stash[RUN_OPTIONS].claims_file:
        return asked
    for folder in dict.fromkeys((config.rootpath, config.invocation_params.dir)):
        for candidate in (folder / FILE_NAME, folder / "scenarios" / FILE_NAME):
            if candidate.is_file():
                return candidate
    return None


def claims_of(config: pytest.Config) -> Claims:
    """Return the registry of a run, read once.

    Raises:
        UsageProblem: There is none, or it can't be read.
    """
    if _CLAIMS not in config.stash:
        path = claims_file(config)
        if path is None:
            raise UsageProblem(
                f"No {FILE_NAME} was found, and a test names a claim.",
                f"Put {FILE_NAME} beside the tests' root, or name it with --claims.",
            )
        from harness.claims import load_claims

        config.stash[_CLAIMS] = load_claims(path)
    return config.stash[_CLAIMS]


def claims_named_by(item: pytest.Item) -> list[str]:
    """Return the claims that a test names, without repetition.

    Raises:
        UsageProblem: The marker has no text, or something else than text.
    """
    named: dict[str, None] = {}
    for mark in item.iter_markers("claim"):
        if not mark.args or mark.kwargs or not all(isinstance(name, str) for name in mark.args):
            raise UsageProblem(
                f"{item.nodeid}: the claim marker takes claims' ids.",
                'Write @pytest.mark.claim("pattern.claim").',
            )
        named.update(dict.fromkeys(mark.args))
    return list(named)


def problems_of(item: pytest.Item) -> list[str]:
    """Say what is wrong with the claims that a test names; put the others into its reports."""
    try:
        named = claims_named_by(item)
        if not named:
            return []
        claims = claims_of(item.config)
    except HarnessError as problem:
        return [str(problem)]
    item.user_properties += [(PROPERTY, name) for name in named if name in claims]
    return [_unknown(item, name, claims) for name in named if name not in claims]


def _unknown(item: pytest.Item, name: str, claims: Claims) -> str:
    near = [f'"{other}"' for other in claims.near(name)]
    hint = f"Did you mean {' or '.join(near)}?" if near else f"{claims.path} lists them."
    return f'{item.nodeid} names the unknown claim "{name}". {hint}'
