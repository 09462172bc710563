"""`harness report compare`, `merge` and `durations`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from harness.claims import Claim, Claims, Outcome
from harness.cli import GROUPS
from harness.commands.exit_codes import ExitCode
from harness.report.model import Run, RunTest
from harness.report.writing import write_report

JUNIT = "<testsuites><testsuite name='pytest' tests='1' time='0.5'/></testsuites>"
LACKING = {"outcome": Outcome.SKIPPED, "reason": "it lacks inbox", "lacks": ("inbox",)}


@pytest.fixture
def report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    claims = Claims(tmp_path, {"mail.sent": Claim("mail", "sent", "a mail is sent")})
    started = datetime(2026, 3, 2, tzinfo=UTC)

    def write(
        target: str,
        outcome: Outcome = Outcome.PASSED,
        *,
        folder: str = "",
        name: str = "test_it",
        **more: object,
    ) -> str:
        test = RunTest(
            f"mail/test_mail.py::{name}",
            outcome,
            started,
            duration=timedelta(seconds=0.5),
            claims=("mail.sent",),
            **more,
        )
        run = Run(target, started, timedelta(seconds=1), (test,), harness="0.1.0")
        write_report(tmp_path / (folder or target), run, claims, root=tmp_path, junit=JUNIT)
        return folder or target

    return write


def test_equal_reports_agree(harness, report):
    said = harness("report", "compare", report("embedded"), report("container"))
    assert said.out == "They agree: 1 claim and 1 test compared.\n"
    assert said.exit_code == ExitCode.OK


def test_what_differs_is_printed_with_outcomes_and_reasons(harness, report):
    failing = report("container", Outcome.FAILED, reason="assert 1 == 2")
    said = harness("report", "compare", report("embedded"), failing)
    header, claim, test, _, verdict = said.out.splitlines()
    assert header.split() == ["embedded", "container", "why"]
    assert claim.split("  ")[0] == "claim"
    assert "mail.sent" in claim
    assert claim.endswith("container: assert 1 == 2")
    assert "mail/test_mail.py::test_it" in test
    assert verdict == "They differ: 1 claim and 1 test compared, 2 differences."
    assert said.exit_code == ExitCode.FAILED


def test_a_lacking_capability_is_accepted_on_demand_and_still_shown(harness, report):
    folders = (report("embedded"), report("aws-stand-in", **LACKING))
    assert harness("report", "compare", *folders).exit_code == ExitCode.FAILED
    said = harness("report", "compare", *folders, "--allow-skipped")
    assert said.exit_code == ExitCode.OK
    assert "allowed" in said.out
    assert "aws-stand-in: it lacks inbox" in said.out


def test_json_has_everything(harness, report):
    folders = (report("embedded"), report("aws-stand-in", **LACKING))
    said = harness("report", "compare", *folders, "--json")
    assert said.exit_code == ExitCode.FAILED
    document = json.loads(said.out)
    assert document["reports"] == ["embedded", "aws-stand-in"]
    assert document["compared"] == {"claims": 1, "tests": 1}
    assert document["differences"][0] == {
        "kind": "claim",
        "name": "mail.sent",
        "outcomes": [
            {"outcome": "passed", "reasons": []},
            {"outcome": "skipped", "reasons": ["it lacks inbox"]},
        ],
        "is_allowed": False,
    }


def test_a_folder_without_a_report_is_a_usage_error(harness, report):
    said = harness("report", "compare", report("embedded"), "elsewhere")
    assert said.exit_code == ExitCode.USAGE
    assert said.err.startswith("Error: elsewhere holds no report: there is no run.json.")


@pytest.fixture
def shards(report):
    return (
        report("embedded", folder="one", name="test_one"),
        report("embedded", folder="two", name="test_two"),
    )


def test_shards_that_held_are_joined(harness, shards, tmp_path):
    said = harness("report", "merge", *shards, "--into", "joined", "--expect", "2")
    assert said.exit_code == ExitCode.OK
    header, one, two, _, verdict, where = said.out.splitlines()
    assert header.split() == ["shard", "tests", "passed", "failed", "skipped", "took"]
    assert one.split() == ["one", "1", "1", "0", "0", "1", "s"]
    assert two.split()[0] == "two"
    assert verdict == "It held: 1 of 1 claim, 2 tests in 2 shards on embedded."
    assert where == "Report: joined/index.html"
    names = ["claims.json", "index.html", "junit.xml", "run.json"]
    assert sorted(file.name for file in (tmp_path / "joined").iterdir()) == names


def test_a_failure_is_named_with_its_shard(harness, shards, report):
    broken = report("embedded", Outcome.FAILED, folder="bad", name="test_3", reason="assert 1 == 2")
    said = harness("report", "merge", *shards, broken, "--into", "joined")
    assert said.exit_code == ExitCode.FAILED
    assert "failed in bad mail/test_mail.py::test_3\n  assert 1 == 2\n" in said.out
    assert "It did not hold: 0 of 1 claim, 3 tests in 3 shards on embedded." in said.out


def test_joining_prints_json_on_demand(harness, shards):
    document = json.loads(harness("report", "merge", *shards, "--into", "joined", "--json").out)
    assert document["shards"] == {
        "one": {"passed": 1, "failed": 0, "skipped": 0},
        "two": {"passed": 1, "failed": 0, "skipped": 0},
    }
    assert document["claims"]["mail.sent"]["outcome"] == "passed"
    assert document["exit_code"] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["one", "two", "--into", "joined", "--expect", "3"], "There are 2 reports, and 3 are"),
        (["one", "one", "--into", "joined"], "one is named twice."),
        (["one", "three", "--into", "joined"], "three holds no report"),
        (["one", "two", "--into", "two"], "two is one of the shards."),
        (["one", "two"], "Missing option '--into'"),
        (["--into", "joined"], "Missing argument 'SHARD...'"),
    ],
    ids=["one too few", "one twice", "no report", "into a shard", "into nothing", "no shards"],
)
def test_what_cannot_be_joined_is_a_usage_error(harness, shards, tmp_path, arguments, said):
    (tmp_path / "joined").mkdir()
    (tmp_path / "joined" / "index.html").write_text("of another day")
    result = harness("report", "merge", *arguments)
    assert result.exit_code == ExitCode.USAGE
    assert said in result.err
    assert (tmp_path / "two" / "run.json").exists()


def test_a_merge_that_is_refused_leaves_no_earlier_report(harness, shards, tmp_path):
    assert harness("report", "merge", *shards, "--into", "joined").exit_code == ExitCode.OK
    assert harness("report", "merge", "one", "one", "--into", "joined").exit_code == ExitCode.USAGE
    assert list((tmp_path / "joined").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "there is no junit.xml"), ("<html/>", "is not a JUnit report"), ("", "no element")],
    ids=["missing", "something else", "empty"],
)
def test_a_shard_without_its_junit_report_is_refused(harness, shards, tmp_path, content, said):
    file = tmp_path / "two" / "junit.xml"
    file.unlink() if content is None else file.write_text(content)
    result = harness("report", "merge", *shards, "--into", "joined")
    assert result.exit_code == ExitCode.USAGE
    assert said in result.err
    assert not (tmp_path / "joined" / "index.html").exists()


def test_a_folder_that_cannot_be_written_is_the_machines_fault(harness, shards, tmp_path):
    (tmp_path / "file").touch()
    result = harness("report", "merge", *shards, "--into", "file/joined")
    assert result.exit_code == ExitCode.ENVIRONMENT
    assert "can't be written to file/joined" in result.err


def test_durations_are_kept_for_the_next_division(harness, shards, tmp_path):
    harness("report", "merge", *shards, "--into", "joined")
    said = harness("report", "durations", "joined")
    assert said.out == ".test_durations: 2 tests\n"
    assert json.loads((tmp_path / ".test_durations").read_text()) == {
        "mail/test_mail.py::test_one": 0.5,
        "mail/test_mail.py::test_two": 0.5,
    }
    assert harness("report", "durations", "elsewhere").exit_code == ExitCode.USAGE
    unwritable = harness("report", "durations", "joined", "--into", "no/such/folder")
    assert unwritable.exit_code == ExitCode.ENVIRONMENT


@pytest.mark.parametrize("command", GROUPS["report"][1])
def test_help_of_each_ends_with_an_example(harness, command):
    said = harness("report", command, "--help").out
    assert f"    harness report {command} " in said.partition("Example:")[2]
    assert "--json" in said
