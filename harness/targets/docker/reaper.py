"""A process that removes what a run made in Docker once the run's owner is gone.

It stands in for Testcontainers' Ryuk where that one's image can't be had. It belongs to a session
of its own, so that neither Ctrl-C nor the end of a terminal reaches it, and ends by itself.

    python -m harness.targets.docker.reaper RUN PID HOST STARTED ANNOUNCE

The engine is named by Docker's environment variables.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
import time
from typing import Final

from harness.emulator.docker.endpoint import Endpoint

from .labels import Owner

PATIENCE_SECONDS: Final = 120.0
"""How long it tries on when the engine doesn't answer."""
QUIET_SECONDS: Final = 3.0
"""How long nothing may turn up any more: the engine may still be at the owner's last request."""
LOOK_SECONDS: Final = 0.2


def start_reaper(endpoint: Endpoint, run: str, owner: Owner) -> subprocess.Popen[bytes]:
    """Start the process; it is there before the first thing that it would have to remove.

    Args:
        endpoint: The engine.
        run: Id of the run.
        owner: A process of this machine.
    """
    held, announce = os.pipe()
    whom = (run, str(owner.pid), owner.host, owner.started, str(announce))
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, *whom],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=os.environ | endpoint.variables() | {"PYTHONPATH": os.pathsep.join(sys.path)},
            pass_fds=(announce,),
            start_new_session=True,
        )
        os.close(announce)
        announce = -1
        if not os.read(held, 1):
            raise RuntimeError(f"the reaper ended at once (exit code {process.wait()})")
    finally:
        os.close(held)
        if announce >= 0:
            os.close(announce)
    return process


def main(run: str, owner: Owner, announce: int) -> None:
    """Wait for the owner's end, remove, and end."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(owner.pid) if hasattr(os, "pidfd_open") else None
        # Asked after the descriptor is there: from then on that can't mean another process.
        is_gone = owner.is_gone()
        os.write(announce, b"\n")
        os.close(announce)
        if not is_gone:
            _await_end(owner.pid, descriptor)
    _remove_all(run)


def _await_end(pid: int, descriptor: int | None) -> None:
    if descriptor is not None:
        select.select([descriptor], [], [])
        return
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait()


def _remove_all(run: str) -> None:
    # Docker's library takes 20 MB: not for as long as there is nothing to do but wait.
    import docker

    from .removing import remove_run

    pause = threading.Event()
    end = time.monotonic() + PATIENCE_SECONDS
    quiet_since: float | None = None
    client = None
    while time.monotonic() < end:
        try:
            client = client or docker.from_env(timeout=10)
            found = remove_run(client, run)
        except Exception:
            # The engine may be starting anew. Whatever it is, the next run removes the remains.
            client, found = None, 1
        now = time.monotonic()
        if found:
            quiet_since = None
        elif quiet_since is None:
            quiet_since = now
        elif now - quiet_since >= QUIET_SECONDS:
            return
        pause.wait(LOOK_SECONDS)


if __name__ == "__main__":
    _, name, process_id, machine, since, descriptor_number = sys.argv
    main(name, Owner(int(process_id), machine, since), int(descriptor_number))
