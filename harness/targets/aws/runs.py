"""The runs on AWS that this machine's journals tell of."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from typing import Final

import psutil

from harness.observe import machine_time

from .journal import Journal, RunHead, journals

KEPT: Final = timedelta(days=7)
"""How long a journal is kept of a run that left nothing: Lambda may still write a last log."""


def is_running(head: RunHead) -> bool:
    """Say whether a run goes on; of another machine's that can't be known."""
    if head.machine != socket.gethostname():
        return False
    try:
        started = psutil.Process(head.process).create_time()
    except psutil.Error:
        return False
    return abs(started - head.process_started) < 1


def is_of_this_machine(head: RunHead) -> bool:
    """Say whether a run was started here."""
    return head.machine == socket.gethostname()


def known_runs(stand_in: str) -> list[tuple[Journal, RunHead]]:
    """Return the runs on AWS, or on a stand-in, that there are journals of; the oldest first.

    Args:
        stand_in: The stand-in's address, empty for AWS.
    """
    found = [(journal, journal.head()) for journal in journals()]
    return [(journal, head) for journal, head in found if head and head.stand_in == stand_in]


def forget_old(now: datetime | None = None) -> None:
    """Delete the journals of runs that ended a while ago and left nothing."""
    now = now or machine_time.timestamp()
    for journal in journals():
        head = journal.head()
        if journal.left() or (head and is_running(head)):
            continue
        age = now.timestamp() - journal.file.stat().st_mtime
        if head is None or age > KEPT.total_seconds():
            journal.file.unlink(missing_ok=True)
