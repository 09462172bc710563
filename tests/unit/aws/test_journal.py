"""What a run makes is on disk before it is made, whoever writes and whenever somebody dies."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.errors import MissingRequirement
from harness.targets.aws.journal import Journal, RunHead, State, Thing

HEAD = RunHead("ab", "me", "1", {"1": "dev"}, ("us-east-1",), "now", 1, 2.0, "here")

WRITER = """
import sys
from pathlib import Path
from harness.targets.aws.journal import Journal, Thing
journal = Journal(Path(sys.argv[1]))
for index in range(40):
    journal.note(Thing("A", "1", "r", f"{sys.argv[2]}-{index}" * 20))
"""


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal" / "ab.jsonl")


def test_a_thing_goes_through_its_states(journal):
    thing = journal.note(Thing("AWS::SQS::Queue", "1", "us-east-1", "q"))
    assert [one.state for one in journal.left()] == [State.PLANNED]
    thing = journal.note(thing, State.CREATED, known_as="q-1")
    assert [(one.state, one.id) for one in journal.left()] == [(State.CREATED, "q-1")]
    journal.note(thing, State.DELETED)
    assert journal.left() == []
    assert [one.state for one in journal.things()] == [State.DELETED]


def test_what_was_refused_is_not_left(journal):
    journal.note(Thing("AWS::SQS::Queue", "1", "us-east-1", "q"), State.FAILED)
    assert journal.left() == []


def test_the_first_process_says_what_the_run_is(journal):
    journal.begin(HEAD)
    journal.begin(RunHead(**{**HEAD.__dict__, "owner": "another"}))
    assert journal.head() == HEAD


def test_a_line_that_was_cut_off_takes_no_other_along(journal):
    journal.note(Thing("A", "1", "r", "first"))
    with journal.file.open("a") as file:
        file.write('{"entry": "cut o')
    journal.note(Thing("A", "1", "r", "second"))
    assert [thing.id for thing in journal.left()] == ["first", "second"]


def test_processes_append_at_once(journal):
    command = [sys.executable, "-c", WRITER, str(journal.file)]
    processes = [subprocess.Popen([*command, str(number)]) for number in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert len(journal.things()) == 3 * 40


def test_a_journal_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "journal").write_text("a file in the folder's place")
    with pytest.raises(MissingRequirement, match="can't be used"):
        Journal(tmp_path / "journal" / "ab.jsonl").note(Thing("A", "1", "r", "x"))


def test_only_its_user_reads_it(journal):
    journal.begin(HEAD)
    assert journal.file.stat().st_mode & 0o077 == 0
