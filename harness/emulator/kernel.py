"""What the kernel permits for the isolation of function processes."""

from __future__ import annotations

import subprocess
import sys

# What an environment does: a mount namespace, by way of a user namespace where we aren't root,
# with a file system of its own in it.
_TRIAL = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
NEWNS, NEWUSER, PRIVATE, REC = 0x00020000, 0x10000000, 1 << 18, 0x4000
uid = os.getuid()
if libc.unshare(NEWNS if uid == 0 else NEWNS | NEWUSER):
    sys.exit(os.strerror(ctypes.get_errno()))
if libc.mount(b"none", b"/", None, PRIVATE | REC, None):
    sys.exit(os.strerror(ctypes.get_errno()))
if libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, b"size=64k"):
    sys.exit(os.strerror(ctypes.get_errno()))
"""


def lack_of_namespaces() -> str | None:
    """Say why functions can't have a file system view of their own; None when they can.

    Tried in a process that ends at once.
    """
    if not sys.platform.startswith("linux"):
        return "Namespaces are Linux's."
    trial = subprocess.run(
        [sys.executable, "-I", "-c", _TRIAL], capture_output=True, text=True, check=False
    )
    if trial.returncode == 0:
        return None
    return f"The kernel refuses namespaces: {trial.stderr.strip() or 'without a reason'}."
