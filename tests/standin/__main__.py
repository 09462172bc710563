"""Runs `harness run` against a stand-in of its own: `python -m tests.standin [ARGUMENT …]`.

Nothing of it reaches AWS, and nothing of it is reported as AWS.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from .stand_in import standing_in


def main(arguments: Sequence[str]) -> int:
    """Run scenarios on the AWS target, with a stand-in in the role of AWS.

    Args:
        arguments: Passed on to `harness run`.

    Returns:
        Its exit code.
    """
    with standing_in() as stand_in:
        command = [sys.executable, "-m", "harness", "run", *stand_in.options, *arguments]
        print(f"A stand-in for AWS answers at {stand_in.door.url}.", flush=True)
        done = subprocess.run(command, env=os.environ | stand_in.variables, check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
