"""Ends the emulator when whoever started it is gone, however that happened."""

from __future__ import annotations

import os
import signal
import threading

from harness import wire

GRACE_SECONDS = 5.0


def watch_parent() -> None:
    """Stop this process once the lifeline reaches end of file.

    The parent holds the other end of a pipe and never writes to it; the kernel closes it with
    the parent, also after kill -9. Without a lifeline (`harness up --detach`) nothing is watched.
    """
    if descriptor := os.environ.pop(wire.LIFELINE_FD, None):
        os.set_inheritable(int(descriptor), False)
        threading.Thread(target=_watch, args=(int(descriptor),), name="lifeline", daemon=True).start()


def announce_ready() -> None:
    """Tell the parent, if it asked, that the gateway listens."""
    if descriptor := os.environ.pop(wire.READY_FD, None):
        with open(int(descriptor), "w") as ready:
            ready.write("ready\n")


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # The daemon thread lives as long as the process: only a shutdown that hangs gets this far.
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)
