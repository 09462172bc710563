"""Finds the scenarios that a run is about."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.errors import UsageProblem

FOLDER: Final = "scenarios"


def scenario_folders(here: Path) -> dict[str, Path]:
    """Return the folders of all scenarios below a folder, by pattern.

    Raises:
        UsageProblem: There is no `scenarios` folder with tests.
    """
    found = {
        folder.name: folder
        for folder in sorted((here / FOLDER).glob("*/"))
        if any(folder.rglob("test_*.py"))
    }
    if not found:
        raise UsageProblem(
            f"There is no {FOLDER}/<pattern>/test_*.py below {here}.",
            "Change to a folder with scenarios; pytest itself runs tests that lie elsewhere.",
        )
    return found


def chosen(here: Path, patterns: Sequence[str]) -> dict[str, Path]:
    """Return the scenarios that a command line names, all of them when it names none.

    Raises:
        UsageProblem: A pattern has no scenario.
    """
    found = scenario_folders(here)
    for pattern in patterns:
        if pattern not in found:
            near = difflib.get_close_matches(pattern, found, n=1)
            meant = f' Did you mean "{near[0]}"?' if near else ""
            raise UsageProblem(f'Unknown pattern "{pattern}".{meant}', f"({', '.join(found)})")
    return {name: found[name] for name in (patterns or found)}
