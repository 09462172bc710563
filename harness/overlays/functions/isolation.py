"""Whether functions are kept apart as on AWS: tried once, in a process that ends right away."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, Final

from .runtimes import any_runtime
from .sandbox.trial import TRY
from .templates import NAMESPACES, SCRIPTS

_SECONDS: Final = 30


@cache
def isolation() -> dict[str, Any]:
    """Say what functions have of their own.

    Returns:
        `files`: whether `/tmp`, `/var/task` and `/opt` are their own by the kernel's means;
        otherwise Python's file calls are redirected. `processes`: whether they see their own
        processes alone. `reason`: why something isn't so; empty when all is.
    """
    runtime = any_runtime()
    if runtime is None:
        return _nothing("no function runtime is installed")
    if os.environ.get(NAMESPACES, "1") == "0":
        return _nothing("it is switched off")
    with tempfile.TemporaryDirectory(prefix="function-root-trial-") as base:
        plan = {
            "base": base,
            "runtime": runtime.packages,
            "language": runtime.language,
            "launcher": str(Path(runtime.launcher).parent.parent),
        }
        trial = [runtime.launcher, "-I", "-S", "-B", "-c", TRY, str(SCRIPTS), json.dumps(plan)]
        done = subprocess.run(trial, capture_output=True, text=True, timeout=_SECONDS, check=False)
    if done.returncode != 0:
        return _nothing((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _nothing(reason: str) -> dict[str, Any]:
    return {"files": False, "processes": False, "reason": reason}
