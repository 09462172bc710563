"""The files that a run leaves behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import HarnessError, MissingRequirement
from harness.report.writing import read_claims_document, read_run, write_report


def test_all_claims_are_in_the_document(tmp_path, run_of, claims, passed, failed):
    write_report(tmp_path / "report", run_of(passed, failed), claims, root=tmp_path)
    document = json.loads((tmp_path / "report" / "claims.json").read_text())
    outcomes = {name: entry["outcome"] for name, entry in document["claims"].items()}
    assert document["target"] == "embedded"
    assert outcomes == {
        "bus.prefix": "passed",
        "bus.version": "failed",
        "bus.later": "untested",
        "mail.sent": "untested",
    }
    assert document["claims"]["bus.version"]["tests"] == [
        {
            "test": "scenarios/bus/test_rules.py::test_zero_matches[0]",
            "outcome": "failed",
            "reason": "AssertionError: assert [] == ['event']",
        }
    ]


def test_a_written_run_is_read_back(tmp_path, run_of, claims, passed, skipped):
    run = run_of(passed, skipped)
    write_report(tmp_path, run, claims, root=tmp_path)
    assert read_run(tmp_path) == run
    assert (tmp_path / "index.html").read_text().startswith("<!doctype html>")
    assert not list(tmp_path.glob(".*draft"))


def test_a_folder_without_a_run_holds_none(tmp_path):
    assert read_run(tmp_path) is None
    assert read_claims_document(tmp_path) is None


def test_a_broken_report_is_named(tmp_path):
    (tmp_path / "claims.json").write_text("{")
    with pytest.raises(HarnessError, match=r"claims\.json can't be read"):
        read_claims_document(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path, run_of, claims, passed):
    (tmp_path / "file").touch()
    with pytest.raises(MissingRequirement, match="can't be written to"):
        write_report(Path(tmp_path / "file" / "report"), run_of(passed), claims, root=tmp_path)
