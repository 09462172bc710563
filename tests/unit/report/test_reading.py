"""Reports from elsewhere are read with suspicion."""

from __future__ import annotations

import json
import re

import pytest

from harness.errors import UsageProblem
from harness.report import reading
from harness.report.model import Section
from harness.report.reading import read_report


@pytest.fixture
def folder(report_of, passed, failed, skipped):
    return report_of("report", passed, failed, skipped).folder


@pytest.fixture
def changed(folder):
    """Changes the document of a report's run, and writes it back."""

    def change(edit) -> None:
        file = folder / "run.json"
        document = json.loads(file.read_text())
        edit(document)
        file.write_text(json.dumps(document))

    return change


def refusal(folder) -> str:
    with pytest.raises(UsageProblem) as refused:
        read_report(folder)
    return str(refused.value)


def test_a_report_is_read_back_with_its_claims(report_of, run_of, claims, passed, failed):
    problem = Section("collecting x", "why")
    report = report_of("report", passed, failed, problems=(problem,))
    assert report.run == run_of(passed, failed, problems=(problem,))
    assert report.claims.by_id == claims.by_id


@pytest.mark.parametrize("name", ["run.json", "claims.json"])
def test_a_folder_without_one_of_its_files_holds_no_report(folder, name):
    (folder / name).unlink()
    assert f"holds no report: there is no {name}." in refusal(folder)


@pytest.mark.parametrize("name", ["run.json", "claims.json"])
@pytest.mark.parametrize(
    "content",
    [b"", b'{"target": ', b"[" * 100_000, b"\xff\xfe\x00"],
    ids=["empty", "cut off", "nested too deeply", "no text"],
)
def test_a_broken_file_is_named(folder, name, content):
    (folder / name).write_bytes(content)
    assert re.search(rf"{name} (is not JSON|can't be read)", refusal(folder))


def test_a_file_too_large_for_a_run_is_not_read(folder, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert "run.json is larger than" in refusal(folder)


CASES = {
    "no version": (lambda run: run.pop("harness"), "'harness' is missing"),
    "a number as target": (lambda run: run.update(target=7), "7 is not a text"),
    "no tests": (lambda run: run.update(tests=None), "None is not a list"),
    "a test that is a text": (lambda run: run["tests"].append("x"), "'x' is not a mapping"),
    "an outcome of its own": (lambda run: run["tests"][0].update(outcome="fine"), "'fine' is not"),
    "no time zone": (lambda run: run.update(started="2026-03-02T10:00:00"), "has no time zone"),
    "no date": (lambda run: run.update(started="yesterday"), "Invalid isoformat"),
    "an endless run": (lambda run: run.update(duration=float("inf")), "infinity"),
    "a duration in words": (lambda run: run.update(duration="1 s"), "not a number of seconds"),
    "shard 3 of 2": (
        lambda run: run.update(
            shard={"index": 3, "count": 2, "tests": 1, "suite_tests": 1, "digest": ""}
        ),
        "there is no shard 3/2",
    ),
    "claims as a list": (lambda run: run.update(claims=[]), "no attribute 'items'"),
    "a claim without sentence": (lambda run: run["claims"].update(a=1), '"a" is no claim'),
    "an unknown claim": (lambda run: run["claims"].pop("bus.prefix"), 'unknown claim "bus.prefix"'),
}


@pytest.mark.parametrize(("edit", "said"), CASES.values(), ids=CASES)
def test_what_no_run_writes_is_refused_by_name(folder, changed, edit, said):
    changed(edit)
    assert said in refusal(folder)


@pytest.mark.parametrize("document", ["[]", "7", "null", '"run"'])
def test_a_document_of_another_kind_is_refused(folder, document):
    (folder / "run.json").write_text(document)
    assert "is not what this version writes about a run" in refusal(folder)


def test_files_of_two_runs_are_not_taken_for_one(folder, changed):
    changed(lambda run: run["tests"][0].update(outcome="skipped"))
    assert "claims.json and run.json in" in refusal(folder)
