"""The machine's time."""

from __future__ import annotations

import time
from datetime import UTC, timedelta

from harness.observe import machine_time


def test_it_never_goes_back():
    first = machine_time.now()
    assert machine_time.now() >= first


def test_a_system_clock_that_jumps_does_not_move_it(monkeypatch):
    before = machine_time.now()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert timedelta() <= machine_time.now() - before < timedelta(hours=1)


def test_timestamps_know_their_time_zone():
    assert machine_time.timestamp().tzinfo is UTC
