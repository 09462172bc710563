"""Builds a function's root as a template does, says what came of it, and ends."""

from __future__ import annotations

import json
import os
import sys

from . import kernel, root

TRY = (
    "import sys; sys.path.insert(0, sys.argv[1]); from sandbox.trial import main; main(sys.argv[2])"
)
"""Makes the trial; its arguments are the folder of the scripts and a root's plan as JSON."""


def main(plan: str) -> None:
    """Try, and print what functions would have of their own (`isolation`)."""
    try:
        root.build(root.RootPlan(**json.loads(plan)))
        os.unshare(os.CLONE_NEWPID)
    except OSError as problem:
        sys.exit(str(problem))
    child = os.fork()
    if child == 0:
        os._exit(0 if _has_own_processes() else 1)
    _, status = os.waitpid(child, 0)
    is_own = status == 0
    reason = "" if is_own else "the container hides parts of /proc, so that it permits no new one"
    print(json.dumps({"files": True, "processes": is_own, "reason": reason}))


def _has_own_processes() -> bool:
    try:
        kernel.mount("proc", "/proc", "proc", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    except OSError:
        return False
    return True
