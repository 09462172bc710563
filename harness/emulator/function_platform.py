"""What functions really run on, for whoever packages libraries for them."""

from __future__ import annotations

import platform

from .runtimes import describe_runtimes

_ARM = frozenset({"aarch64", "arm64"})


def function_platform(runtime: str, architecture: str) -> tuple[str, str]:
    """Map what a template says to what this machine has.

    Args:
        runtime: Such as `python3.14`, which another Python may stand in for.
        architecture: `x86_64` or `arm64`; the machine's own is used whatever is asked for.

    Returns:
        The runtime and the architecture that libraries have to fit.
    """
    own = "arm64" if platform.machine() in _ARM else "x86_64"
    run = describe_runtimes()["runtimes"].get(runtime, {}).get("run") or {}
    is_python = run.get("kind") == "python" and run.get("version")
    return (f"python{run['version']}" if is_python else runtime), own
