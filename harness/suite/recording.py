"""Records a run as it goes, and writes the report at its end: in one process, the controller."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.claims import Claims, Outcome
from harness.observe import machine_time
from harness.observe.redaction import redacted, redacted_document
from harness.report.model import ModuleExecutions, Run, RunTest, Section
from harness.report.run_document import Malformed, executions_from

from . import capabilities, claim_marks
from .executions import ATTRIBUTE
from .run_target import RUN_TARGET
from .sharding import shard_of

_PHASES = ("setup", "call", "teardown")


class Phases:
    """Puts the reports of a test's phases together."""

    def __init__(self) -> None:
        self._open: dict[str, dict[str, pytest.TestReport]] = {}

    def add(self, report: pytest.TestReport) -> RunTest | None:
        """Take a report, and return the test that it completes."""
        reports = self._open.setdefault(report.nodeid, {})
        reports[report.when or "call"] = report
        return test_of(self._open.pop(report.nodeid)) if "teardown" in reports else None

    def unfinished(self) -> list[RunTest]:
        """Return the tests that never came to their end: their worker crashed."""
        return [test_of(reports) for reports in self._open.values()]


class Recorder:
    """Collects the reports of all tests.

    Args:
        folder: Where the report goes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started = machine_time.timestamp()
        self._clock = machine_time.now()
        self._tests: list[RunTest] = []
        self._phases = Phases()
        self._problems: list[Section] = []
        self._executions: list[ModuleExecutions] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._problems.append(
                Section(f"collecting {report.nodeid}", redacted(report.longreprtext))
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if (test := self._phases.add(report)) is not None:
            self._tests.append(test)
        if (document := getattr(report, ATTRIBUTE, None)) is not None:
            self._executions.append(_executions(document))

    def pytest_internalerror(self, excrepr: object) -> None:
        self._problems.append(Section("pytest itself failed", redacted(str(excrepr))))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        from harness.report.writing import write_report

        run_target = session.config.stash[RUN_TARGET]
        description = run_target.describe()
        write_report(
            self._folder,
            Run(
                # What it calls itself, which a run that started none can ask as well: the word of
                # --target may be another, and what stands in for AWS must never pass for it.
                target=description.get("target") or run_target.target.name,
                started=self._started,
                duration=machine_time.now() - self._clock,
                tests=(*self._tests, *self._phases.unfinished()),
                problems=tuple(self._problems),
                description=redacted_document(description),
                harness=harness.__version__,
                shard=shard_of(session.config),
                executions=tuple(sorted(self._executions, key=lambda one: one.module)),
            ),
            self._claims(session.config),
            root=session.config.rootpath,
        )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.write_line(f"report: {self._folder / 'index.html'}")

    def _claims(self, config: pytest.Config) -> Claims:
        if claim_marks.claims_file(config) is None:
            return Claims(Path())
        return claim_marks.claims_of(config)


def _executions(document: dict[str, Any]) -> ModuleExecutions:
    """Read what a worker gathered; the report says when that is nothing that can be read."""
    try:
        return executions_from(document)
    except Malformed as problem:
        return ModuleExecutions(str(document["module"]), problem=str(problem))


def test_of(reports: Mapping[str, pytest.TestReport]) -> RunTest:
    """Return what a test's reports say together."""
    phases = [reports[name] for name in _PHASES if name in reports]
    # Of a test whose worker crashed pytest-xdist reports "???".
    phases += [report for name, report in reports.items() if name not in _PHASES]
    first = phases[0]
    decisive = _decisive(phases)
    outcome = Outcome(decisive.outcome)
    return RunTest(
        id=first.nodeid,
        outcome=outcome,
        started=datetime.fromtimestamp(first.start, UTC)
        if first.start
        else machine_time.timestamp(),
        setup=timedelta(seconds=reports["setup"].duration if "setup" in reports else 0),
        duration=timedelta(seconds=sum(report.duration for report in phases)),
        worker=getattr(first, "worker_id", ""),
        claims=_properties(first, claim_marks.PROPERTY),
        lacks=_properties(decisive, capabilities.PROPERTY) if outcome is Outcome.SKIPPED else (),
        reason="" if outcome is Outcome.PASSED else redacted(reason_of(decisive)),
        failure=redacted(decisive.longreprtext) if outcome is Outcome.FAILED else "",
        sections=tuple(Section(title, redacted(text)) for title, text in decisive.sections)
        if outcome is Outcome.FAILED
        else (),
    )


def reason_of(report: pytest.TestReport) -> str:
    """Say in a line why a test failed or was skipped."""
    if (expected := getattr(report, "wasxfail", None)) is not None:
        return f"expected to fail: {expected}" if expected else "expected to fail"
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else report.longreprtext
    lines = (line.strip() for line in said.splitlines())
    # pytest-xdist writes its worker's name above what a worker died of.
    return next((line for line in lines if line and not line.startswith("[gw")), "")


def _properties(report: pytest.TestReport, wanted: str) -> tuple[str, ...]:
    return tuple(str(value) for name, value in report.user_properties if name == wanted)


def _decisive(phases: list[pytest.TestReport]) -> pytest.TestReport:
    for wanted in (Outcome.FAILED, Outcome.SKIPPED):
        for report in phases:
            if report.outcome == wanted:
                return report
    return phases[min(1, len(phases) - 1)]
