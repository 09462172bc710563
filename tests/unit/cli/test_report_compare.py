"""`harness report compare`."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from harness.claims import Claim, Claims, Outcome
from harness.commands.exit_codes import ExitCode
from harness.report.model import Run, RunTest
from harness.report.writing import write_report

LACKING = {"outcome": Outcome.SKIPPED, "reason": "it lacks inbox", "lacks": ("inbox",)}


@pytest.fixture
def report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    claims = Claims(tmp_path, {"mail.sent": Claim("mail", "sent", "a mail is sent")})
    started = datetime(2026, 3, 2, tzinfo=UTC)

    def write(target: str, outcome: Outcome = Outcome.PASSED, **more: object) -> str:
        test = RunTest(
            "mail/test_mail.py::test_it", outcome, started, claims=("mail.sent",), **more
        )
        run = Run(target, started, timedelta(seconds=1), (test,), harness="0.1.0")
        write_report(tmp_path / target, run, claims, root=tmp_path)
        return target

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
