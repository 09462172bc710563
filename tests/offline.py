"""Runs pytest where no network exists but loopback: `python tests/offline.py ARGS…`.

On Linux the process moves into a network namespace of its own, so that no socket of any child
can leave the machine. Where the kernel refuses that, pytest-socket blocks the test process
alone, and the run says so.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1


def enter_empty_network() -> None:
    """Leave the machine's network for a new one that holds loopback alone.

    Raises:
        OSError: The kernel doesn't permit it.
    """
    user, group = os.getuid(), os.getgid()
    if user == 0:
        os.unshare(os.CLONE_NEWNET)
    else:
        os.unshare(os.CLONE_NEWUSER | os.CLONE_NEWNET)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    with socket.socket() as probe:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(probe, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(probe, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | IFF_UP))


def main() -> None:
    arguments = ["-m", "pytest", *sys.argv[1:]]
    try:
        enter_empty_network()
        print("offline: this run has a network namespace of its own, with loopback alone")
    except (AttributeError, OSError) as refusal:
        print(f"offline: no network namespace here ({refusal}); the test process alone is blocked")
        arguments += ["--disable-socket", "--allow-unix-socket", "--allow-hosts=127.0.0.1,::1"]
    os.environ["UV_OFFLINE"] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments])


if __name__ == "__main__":
    main()
