"""Durable executions in a run's report: gathered before they go, from every process."""

from __future__ import annotations

import json

import pytest

# Here, so that all runs in this process have the same module.
from harness.suite import executions as gathering

pytest_plugins = ["pytester"]

CONFTEST = """
    from datetime import UTC, datetime, timedelta

    import pytest

    from harness.observe.durable.model import Operation, State, Timeline
    from harness.observe.durable.reading import Found
    from harness.suite import executions
    from harness.suite.run_target import RUN_TARGET

    START = datetime(2026, 3, 2, 10, tzinfo=UTC)
    END = START + timedelta(days=90)
    KNOWN = []

    class Executions:
        lists_at_once = True

        def found(self):
            return KNOWN

        def read(self, one):
            wait = Operation("w", "", 0, "Wait", "", "months", START, END, State.SUCCEEDED)
            return Timeline(
                one.arn, one.name, "process", "1", "SUCCEEDED", START, END, END, operations=(wait,)
            )

    def pytest_sessionstart(session):
        session.config.stash[RUN_TARGET].is_started = True
        executions._reader = lambda module: Executions()

    @pytest.fixture
    def begin():
        def begin(name):
            arn = f"arn:aws:lambda:us-east-1:1:function:process:1/durable-execution/{name}/1"
            KNOWN.append(Found(arn, name, "process", "SUCCEEDED", START, END))
        return begin

    @pytest.fixture(scope="module")
    def place():
        yield
        KNOWN.clear()
"""
MODULE = """
    import pytest

    def test_one(place, begin): begin("first")
    def test_two(place, begin): begin("second")
"""


@pytest.fixture
def executions(suite, pytester, monkeypatch):
    """Runs modules whose executions are in memory, and returns what the report has of them."""
    pytester.makeconftest(CONFTEST)
    monkeypatch.setattr(gathering, "_reader", gathering._reader)

    def run(*arguments: str, **modules: str):
        result = suite("--harness-report", "report", *arguments, **modules)
        document = json.loads((pytester.path / "report" / "run.json").read_text())
        return result, {
            one["module"]: [each["name"] for each in one["timelines"]]
            for one in document["executions"]
        }

    return run


@pytest.mark.parametrize("workers", [(), ("-n", "2", "--dist", "loadfile")], ids=["one", "two"])
def test_executions_are_read_before_their_module_takes_them_away(
    executions, workers, noting_target
):
    result, found = executions(*workers, test_a=MODULE, test_b=MODULE)
    result.assert_outcomes(passed=4)
    assert found == {"test_a.py": ["first", "second"], "test_b.py": ["first", "second"]}


def test_the_page_draws_them(executions, pytester, noting_target):
    executions(test_a=MODULE)
    page = (pytester.path / "report" / "index.html").read_text()
    assert page.count('<svg class="execution"') == 2
    assert "first · process:1" in page


def test_a_failure_says_how_they_stand(executions, noting_target):
    failing = """
        def test_it(begin):
            begin("leave-42")
            assert 1 == 2
    """
    result, _ = executions(test_a=failing)
    result.stdout.fnmatch_lines(
        [
            "*durable executions*",
            "leave-42 · process:1: SUCCEEDED in 90 days, no invocation so far",
            "*months [[]wait[]]: succeeded",
        ]
    )


def test_what_cannot_be_read_fails_no_run_and_is_said(executions, pytester, noting_target):
    broken = MODULE.replace("import pytest", "from harness.suite import executions")
    broken += """
    def refuse(module): raise OSError("the network is gone")
    executions._reader = refuse
    """
    result, found = executions(test_a=broken)
    result.assert_outcomes(passed=2)
    assert found == {"test_a.py": []}
    page = (pytester.path / "report" / "index.html").read_text()
    assert "They could not be read: OSError: the network is gone" in page


def test_they_stay_out_of_junit(executions, pytester, noting_target):
    executions("--junit-xml", "junit.xml", test_a=MODULE)
    assert "first" not in (pytester.path / "junit.xml").read_text()


def test_without_a_report_nothing_is_read(suite, pytester, noting_target, executions):
    module = MODULE.replace("import pytest", "from harness.suite import executions")
    module += """
    def refuse(module): raise AssertionError("nobody wants to know")
    executions._reader = refuse
    """
    suite(test_a=module).assert_outcomes(passed=2)
