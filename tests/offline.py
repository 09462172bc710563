"""Runs the scenarios where no network exists but loopback: `python tests/offline.py ARGS…`.

The arguments are `harness run`'s.

On Linux the process moves into a network namespace of its own, so that no socket of any child
can leave the machine. Where the kernel refuses that, pytest-socket blocks the test process
alone, and the run says so. Before it, the libraries that functions package are installed.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

from harness.deploy.asset_locations import Kind, local_files
from harness.deploy.assets import with_globals
from harness.deploy.build import builder
from harness.deploy.functions import function_of
from harness.deploy.template import read_template
from harness.emulator.function_platform import function_platform

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


def install_libraries(folder: Path) -> None:
    """Install what the functions of a folder's templates require: only the first time fetches it.

    Args:
        folder: With templates in its subfolders.
    """
    build = builder(
        lambda function, words: print(f"offline: {words}", flush=True), platform=function_platform
    )
    for path in sorted(folder.glob("*/*.yaml")):
        body = read_template(path).copied_body()
        for file in local_files(with_globals(body)):
            if file.location.kind is Kind.CODE:
                build(function_of(file, path.parent / file.named, body))


def main() -> None:
    install_libraries(Path("scenarios"))
    arguments = ["-m", "harness", "run", *sys.argv[1:]]
    try:
        enter_empty_network()
        print("offline: this run has a network namespace of its own, with loopback alone")
    except (AttributeError, OSError) as refusal:
        print(f"offline: no network namespace here ({refusal}); the test process alone is blocked")
        blocked = ["--disable-socket", "--allow-unix-socket", "--allow-hosts=127.0.0.1,::1"]
        arguments += blocked if "--" in arguments else ["--", *blocked]
    os.environ["UV_OFFLINE"] = "1"
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, *arguments])


if __name__ == "__main__":
    main()
