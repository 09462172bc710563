"""What a stand-in shows is never reported as AWS."""

from __future__ import annotations

import json

import pytest

from .checks import NAME, complaints
from .runs import ended


@pytest.fixture(scope="module")
def reported(session_stand_in, project_of):
    """A run of the small scenario: what it printed, its report's folder, what came in."""
    project = project_of(session_stand_in)
    before = len(session_stand_in.door.calls)
    run = ended(project.run())
    assert run.code == 0, run.text
    return run.text, project.cache / "report", session_stand_in.door.calls[before:]


def test_the_terminal_calls_it_a_stand_in(reported):
    text, _, _ = reported

    assert "Plan for the stand-in for an account" in text
    assert f"on {NAME}," in text
    assert " on aws," not in text.lower()


def test_the_reports_call_it_a_stand_in_and_count_what_came_in(reported):
    _, report, calls = reported

    assert complaints(report, calls) == []


def test_a_report_that_called_it_aws_would_be_found(reported, tmp_path):
    _, report, calls = reported
    for name in ("claims.json", "run.json", "calls.json", "index.html", "junit.xml"):
        (tmp_path / name).write_text((report / name).read_text())
    document = json.loads((tmp_path / "claims.json").read_text())
    (tmp_path / "claims.json").write_text(json.dumps(document | {"target": "aws"}))
    page = (tmp_path / "index.html").read_text().replace("</body>", "<p>It held on AWS.</p></body>")
    (tmp_path / "index.html").write_text(page)

    found = complaints(tmp_path, calls)

    assert 'claims.json said that the target was "aws".' in found
    assert 'index.html speaks of AWS: "on AWS".' in found


def test_no_secret_of_the_user_is_in_the_report(reported, session_stand_in):
    _, report, _ = reported
    user = session_stand_in.profiles["developer"]
    texts = [file.read_text(errors="replace") for file in report.rglob("*") if file.is_file()]

    assert not [text for text in texts if user.secret_key in text or user.access_key in text]
