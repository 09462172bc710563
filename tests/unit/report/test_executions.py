"""Durable executions in a run's report: written, read back with suspicion, joined and shown."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from harness.errors import UsageProblem
from harness.observe.durable.model import Operation, State, Timeline
from harness.report.merge import merge
from harness.report.model import ModuleExecutions
from harness.report.page import page_of
from harness.report.reading import read_report
from harness.report.writing import read_run, write_report

from .conftest import FOLDER, START

END = START + timedelta(days=90)
WAIT = Operation("w", "", 0, "Wait", "Wait", "three-months", START, END, State.SUCCEEDED)
LEAVE = Timeline(
    "arn", "leave-42", "process", "$LATEST", "SUCCEEDED", START, END, END, operations=(WAIT,)
)
FAILED = replace(LEAVE, name="leave-43", status="FAILED", error="Busy<b>")
OPEN = replace(LEAVE, name="leave-44", status="RUNNING", end=None)


@pytest.fixture
def executions():
    return ModuleExecutions(FOLDER, (LEAVE, OPEN, FAILED), more=7, problem="")


@pytest.fixture
def page(tmp_path, run_of, passed):
    def make(*executions: ModuleExecutions) -> str:
        return page_of(replace(run_of(passed), executions=executions), [], root=tmp_path)

    return make


def test_they_are_read_back(tmp_path, run_of, claims, passed, executions):
    run = replace(run_of(passed), executions=(executions,))
    write_report(tmp_path, run, claims, root=tmp_path)
    assert read_run(tmp_path) == run


def test_reports_of_earlier_versions_have_none(report_of, passed):
    folder = report_of("report", passed).folder
    document = json.loads((folder / "run.json").read_text())
    del document["executions"]
    (folder / "run.json").write_text(json.dumps(document))
    assert read_report(folder).run.executions == ()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"more": "7"}, "'7' is not a number"),
        ({"timelines": [{"name": "x"}]}, "a timeline is none: arn is missing"),
        ({"timelines": None}, "None is not a list"),
        ({"module": 1}, "1 is not a text"),
    ],
    ids=["text for a number", "half a timeline", "no list", "number for a text"],
)
def test_what_no_executions_were_written_to_is_refused(
    report_of, passed, executions, change, complaint
):
    folder = report_of("report", passed, executions=(executions,)).folder
    document = json.loads((folder / "run.json").read_text())
    document["executions"][0] |= change
    (folder / "run.json").write_text(json.dumps(document))
    with pytest.raises(UsageProblem, match=re.escape(complaint)):
        read_report(folder)


def test_joined_reports_have_those_of_all_shards(report_of, passed, skipped, executions):
    other = ModuleExecutions("scenarios/mail/test_mail.py", (LEAVE,))
    reports = [
        report_of("one", passed, executions=(executions,)),
        report_of("two", skipped, executions=(other,)),
    ]
    run, _ = merge(reports)
    assert run.executions == (executions, other)


def test_the_page_draws_each_beside_its_scenario(page, executions):
    html = page(executions)
    scenario = html[html.index('class="scenario"') : html.index('id="timeline"')]
    assert scenario.count('<svg class="execution"') == 3
    assert "three-months" in scenario
    assert "and 7 more" in scenario
    assert len(set(re.findall(r'id="(execution-\d+)-title"', scenario))) == 3


def test_the_first_and_the_failed_ones_are_open(page, executions):
    opened = re.findall(r"<details( open)?>\s*<summary><strong>(leave-\d+)", page(executions))
    assert opened == [(" open", "leave-42"), ("", "leave-44"), (" open", "leave-43")]


def test_errors_are_told_and_escaped(page, executions):
    html = page(executions)
    assert "Busy&lt;b&gt;" in html
    assert "Busy<b>" not in html


def test_what_could_not_be_read_is_said(page):
    html = page(ModuleExecutions(FOLDER, problem="AccessDenied: no <right>"))
    assert "They could not be read: AccessDenied: no &lt;right&gt;" in html


def test_a_run_without_any_has_no_such_section(page):
    assert "Durable executions" not in page()
