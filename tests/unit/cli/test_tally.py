"""Counting a run while it goes, and showing it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from harness.running.progress import shown
from harness.running.tally import Tally

EVENTS = [
    {"event": "collected", "tests": {"bus": 2, "mail": 1}},
    {"event": "progress", "line": "bus-1a: deploying template.yaml", "level": 1},
    {"event": "progress", "line": "bus-1a: CREATE_COMPLETE Queue", "level": 2},
    {"event": "started", "test": "bus/test_a.py::test_a", "pattern": "bus"},
    {
        "event": "ended",
        "test": "bus/test_a.py::test_a",
        "pattern": "bus",
        "outcome": "passed",
        "reason": "",
    },
    {
        "event": "ended",
        "test": "bus/test_a.py::test_b",
        "pattern": "bus",
        "outcome": "failed",
        "reason": "assert 1 == 2",
    },
    {
        "event": "ended",
        "test": "mail/test_a.py::test_c",
        "pattern": "mail",
        "outcome": "skipped",
        "reason": "why",
    },
]


@pytest.fixture
def show_all():
    def show(*, is_terminal: bool) -> str:
        tally, stream = Tally(), io.StringIO()
        console = Console(file=stream, force_terminal=is_terminal, width=100)
        with shown(tally, console) as show_event:
            for event in EVENTS:
                tally.take(event)
                show_event(event)
        return stream.getvalue()

    return show


def test_outcomes_are_counted_by_pattern():
    tally = Tally()
    for event in EVENTS:
        tally.take(event)
    assert {name: str(counts) for name, counts in tally.patterns.items()} == {
        "bus": "1 passed, 1 failed",
        "mail": "1 skipped",
    }
    assert all(counts.is_complete for counts in tally.patterns.values())


@pytest.mark.parametrize(("exit_code", "lack"), [(1, None), (2, None), (3, "No space.")])
def test_only_what_the_machine_lacks_decides_about_the_run(exit_code, lack):
    tally = Tally()
    tally.take({"event": "problem", "exit_code": exit_code, "message": "No space."})
    assert tally.lack == lack


def test_elsewhere_than_on_a_terminal_progress_is_plain_lines(show_all):
    assert show_all(is_terminal=False).splitlines() == [
        "3 tests in 2 patterns",
        "bus-1a: deploying template.yaml",
        "failed: bus/test_a.py::test_b: assert 1 == 2",
        "bus: 1 passed, 1 failed",
        "mail: 1 skipped",
    ]


def test_on_a_terminal_progress_moves_and_vanishes(show_all):
    shown_text = show_all(is_terminal=True)
    assert "bus" in shown_text
    assert "\x1b[" in shown_text


def test_what_stays_on_aws_is_kept_apart_from_what_the_machine_lacks():
    tally = Tally()
    tally.take({"event": "left", "exit_code": 1, "message": "A bucket stays."})
    assert (tally.left, tally.lack) == ("A bucket stays.", None)
    tally.take({"event": "left", "exit_code": 3, "message": "The credentials have expired."})
    assert tally.lack == "The credentials have expired."
