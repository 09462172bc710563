"""Ends the emulator when whoever started it is gone, however that happened."""

from __future__ import annotations

import logging
import os
import select
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial

import psutil

from harness import wire

GRACE_SECONDS = 5.0

_is_orphan = threading.Event()


def watch_parent() -> None:
    """Stop this process once its parent or owner is gone.

    The parent holds the other end of a pipe and never writes to it; the kernel closes it with
    the parent, also after kill -9. An owner that isn't the parent is named by its process id.
    With neither (`harness up --detach`) nothing is watched.
    """
    descriptor = os.environ.pop(wire.LIFELINE_FD, None)
    owner = os.environ.pop(wire.OWNER_PID, None)
    if descriptor:
        os.set_inheritable(int(descriptor), False)
        _watch(partial(_until_end_of_file, int(descriptor)))
    elif owner:
        _watch(partial(_until_exit, int(owner)))


def announce_ready() -> None:
    """Tell the parent, if it asked, that the gateway listens."""
    if descriptor := os.environ.pop(wire.READY_FD, None):
        os.write(int(descriptor), b"ready\n")
        os.close(int(descriptor))


def end(exit_code: int) -> None:
    """End this process at once, without Python's wait for threads."""
    # A parent that lives reads the log first, and ends what is left by itself.
    if _is_orphan.is_set():
        _end_children()
        if os.environ.get(wire.IS_TRANSIENT):
            shutil.rmtree(os.environ[wire.STATE_DIR], ignore_errors=True)
    if sys.exc_info()[0] is not None:
        traceback.print_exc()
        exit_code = exit_code or 1
    logging.shutdown()
    os._exit(exit_code)


def _watch(until_gone: Callable[[], None]) -> None:
    def wait_and_end() -> None:
        until_gone()
        _is_orphan.set()
        os.kill(os.getpid(), signal.SIGTERM)
        # This thread is a daemon: only where the shutdown hangs does it get any further.
        threading.Event().wait(GRACE_SECONDS)
        end(1)

    threading.Thread(target=wait_and_end, name="lifeline", daemon=True).start()


def _until_end_of_file(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass


def _until_exit(pid: int) -> None:
    try:
        if hasattr(os, "pidfd_open"):
            select.select([os.pidfd_open(pid)], [], [])
        else:
            psutil.Process(pid).wait()
    except (ProcessLookupError, psutil.NoSuchProcess):
        pass  # gone already


def _end_children() -> None:
    for child in psutil.Process().children(recursive=True):
        try:
            child.kill()
        except psutil.Error:
            continue
