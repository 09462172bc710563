"""`harness claims`."""

from __future__ import annotations

import json

import pytest

from harness.commands.exit_codes import ExitCode


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "claims.yaml").write_text(
        "bus:\n  prefix: 'a prefix matches'\n  version: 'zero matches'\n"
        "mail:\n  sent: 'a mail is sent'\n"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def last_run(project):
    def write(**outcomes: str) -> None:
        folder = project / "build" / "report"
        folder.mkdir(parents=True)
        claims = {
            f"bus.{name}": {"outcome": outcome, "tests": []} for name, outcome in outcomes.items()
        }
        document = {"target": "embedded", "claims": claims}
        (folder / "claims.json").write_text(json.dumps(document))

    return write


def test_before_any_run_all_claims_are_untested(harness, project):
    said = harness("claims")
    assert said.exit_code == ExitCode.OK
    assert "0 of 3 claims held in the last run." in said.out
    assert '"harness run" does.' in said.out


def test_the_matrix_has_a_mark_for_each_claim(harness, last_run):
    last_run(prefix="passed", version="failed")
    out = harness("claims").out
    assert "●✗" in out
    assert "1 of 2" in out
    assert "1 failed" in out
    assert "1 of 3 claims held in the last run." in out


def test_a_pattern_is_shown_claim_by_claim(harness, last_run):
    last_run(prefix="passed")
    out = harness("claims", "bus").out
    assert "bus.prefix" in out
    assert "a prefix matches" in out
    assert "mail" not in out


def test_json_has_all_claims_whatever_the_last_run_knew(harness, last_run):
    last_run(prefix="passed", gone="passed")
    assert json.loads(harness("claims", "--json").out) == {
        "target": "embedded",
        "claims": {
            "bus.prefix": {"outcome": "passed", "tests": []},
            "bus.version": {"outcome": "untested", "tests": []},
            "mail.sent": {"outcome": "untested", "tests": []},
        },
    }


def test_an_unknown_pattern_is_refused_with_the_known_ones(harness, project):
    said = harness("claims", "buss")
    assert said.exit_code == ExitCode.USAGE
    assert said.err == 'Error: Unknown pattern "buss". (bus, mail)\n'


def test_a_folder_without_claims_is_refused(harness, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = harness("claims")
    assert said.exit_code == ExitCode.USAGE
    assert "There is no scenarios/claims.yaml below" in said.err
