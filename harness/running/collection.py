"""Which test modules a run is about, as pytest itself finds them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.errors import UsageProblem

_QUIET: Final = (
    "--collect-only",
    "--quiet",
    "--no-header",
    "--no-summary",
    "-p",
    "no:cacheprovider",
)


def collected_modules(arguments: Sequence[str], here: Path) -> list[Path]:
    """Return the files of the tests that pytest would run; none of them is run.

    Args:
        arguments: pytest's arguments, with those that choose tests.
        here: Where it would run.

    Raises:
        UsageProblem: It would run none, or refuses the arguments.
    """
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *_QUIET, *arguments],
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    modules = [here / test.partition("::")[0] for test in done.stdout.splitlines() if "::" in test]
    if done.returncode != 0 or not modules:
        error = UsageProblem(
            "No test was selected, or the tests can't be collected.", "What pytest said follows."
        )
        error.add_note((done.stdout + done.stderr).strip())
        raise error
    return list(dict.fromkeys(modules))
