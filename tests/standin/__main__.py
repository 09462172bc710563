"""Runs `harness run` against a stand-in of its own: `python -m tests.standin [ARGUMENT …]`.

Nothing of it reaches AWS, and nothing of it is reported as AWS. After the run it is checked that
the reports say so, that they name all calls, and that the policy in docs/ allows them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .checks import complaints
from .stand_in import standing_in

REPORT: Final = Path("build") / "aws-stand-in"


def main(arguments: Sequence[str]) -> int:
    """Run scenarios on the AWS target, with a stand-in in the role of AWS.

    Args:
        arguments: Passed on to `harness run`.

    Returns:
        Its exit code, or 1 if something isn't as it should be after the run.
    """
    with standing_in() as stand_in:
        options = [*stand_in.options, "--report", str(REPORT)]
        command = [sys.executable, "-m", "harness", "run", *options, *arguments]
        print(f"A stand-in for AWS answers at {stand_in.door.url}.", flush=True)
        done = subprocess.run(command, env=os.environ | stand_in.variables, check=False)
        _show_last_line(REPORT / "pytest.log")
        wrong = complaints(REPORT, stand_in.door.calls, policy=True)
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return done.returncode or bool(wrong)


def _show_last_line(log: Path) -> None:
    if log.is_file() and (lines := log.read_text(errors="replace").strip().splitlines()):
        print(lines[-1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
