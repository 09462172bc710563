"""What this machine's kernel permits for keeping functions apart."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import harness

from .runtimes import describe_runtimes

_SCRIPTS: Final = Path(harness.__file__).parent / "overlays" / "functions"
_TRIAL: Final = (
    "import json, os, sys; sys.path.insert(0, sys.argv[1]); from sandbox import root; "
    "root.build(root.RootPlan(**json.loads(sys.argv[2]))); os.unshare(os.CLONE_NEWPID)"
)


@dataclass(frozen=True)
class SandboxCheck:
    """Whether functions get file systems and process trees of their own.

    Attributes:
        has_namespaces: They do; otherwise Python's file calls are redirected.
        reason: Why not, in the kernel's words.
    """

    has_namespaces: bool
    reason: str = ""

    @property
    def sentence(self) -> str:
        """What `harness doctor` says."""
        if self.has_namespaces:
            return "Functions have /tmp, /var/task, /opt and processes of their own."
        return (
            "The kernel permits no namespaces here: functions in Python are redirected to folders "
            "of their own for /tmp, /var/task and /opt, other programs see the machine's."
        )

    @property
    def remedy(self) -> str:
        """What makes it stronger; empty when nothing has to be done."""
        if self.has_namespaces:
            return ""
        return (
            "Permit unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, or "
            "kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu); in a container add "
            "--cap-add SYS_ADMIN --security-opt apparmor=unconfined."
        )


def check_sandbox() -> SandboxCheck:
    """Try to build a function's root, in a process that ends right away."""
    ready = [entry["run"] for entry in describe_runtimes()["runtimes"].values() if "run" in entry]
    if not ready:
        return SandboxCheck(False, 'no function runtime is installed ("harness install" does it)')
    runtime = ready[0]
    with tempfile.TemporaryDirectory(prefix="sandbox-check-") as base:
        plan = {
            "base": base,
            "runtime": runtime["packages"],
            "language": runtime["language"],
            "launcher": str(Path(runtime["launcher"]).parent.parent),
        }
        trial = [runtime["launcher"], "-I", "-S", "-B", "-c", _TRIAL]
        done = subprocess.run(
            [*trial, str(_SCRIPTS), json.dumps(plan)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    if done.returncode == 0:
        return SandboxCheck(True)
    return SandboxCheck(False, (done.stderr.strip().splitlines() or ["no reason given"])[-1])
