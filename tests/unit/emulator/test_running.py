"""Records of running emulators."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from harness.emulator import running
from harness.emulator.running import RunningEmulator, remember, start_of


@pytest.fixture
def record(cache):
    """Writes a record of an emulator that this process poses as."""

    def write(**changed):
        state = running.new_state_dir()
        emulator = RunningEmulator(
            **{
                "pid": os.getpid(),
                "started": start_of(os.getpid()),
                "port": 1,
                "digest": "d",
                "share": "anyone",
                "state": str(state),
                **changed,
            }
        )
        remember(emulator)
        return emulator

    return write


def test_one_that_runs_is_found(record):
    emulator = record()

    assert running.running() == [emulator]
    assert emulator.endpoint == "http://127.0.0.1:1"


def test_a_process_id_that_is_used_again_is_not_taken_for_it(record):
    record(started=1.0)

    assert running.running() == []


def test_a_process_that_ended_is_none(record):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    assert start_of(ended.pid) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"of": "another version"}'])
def test_a_record_that_cannot_be_read_is_passed_over(record, text):
    emulator = record()
    (running.emulators_dir() / "e-other").mkdir()
    (running.emulators_dir() / "e-other" / running.RECORD).write_text(text)

    assert running.running() == [emulator]


def test_a_folder_whose_emulator_is_about_to_start_is_not_removed(cache):
    starting = running.new_state_dir()

    running.remove_remains()

    assert starting.exists()
