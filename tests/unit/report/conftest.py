"""A run to report about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from harness.claims import Claims, Outcome, load_claims
from harness.report.model import Run, RunTest, Section
from harness.report.reading import Report, read_report
from harness.report.writing import write_report

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
FOLDER = "scenarios/bus/test_rules.py"


@pytest.fixture
def claims(tmp_path):
    file = tmp_path / "claims.yaml"
    file.write_text(
        "bus:\n  prefix: 'a prefix matches'\n  version: 'zero matches'\n  later: 'nobody knows'\n"
        "mail:\n  sent: 'a mail is sent'\n"
    )
    return load_claims(file)


@pytest.fixture
def passed():
    return RunTest(
        id=f"{FOLDER}::test_a_prefix_matches",
        outcome=Outcome.PASSED,
        started=START + timedelta(seconds=1),
        setup=timedelta(seconds=2),
        duration=timedelta(seconds=3),
        worker="gw0",
        claims=("bus.prefix",),
    )


@pytest.fixture
def failed():
    return RunTest(
        id=f"{FOLDER}::test_zero_matches[0]",
        outcome=Outcome.FAILED,
        started=START + timedelta(seconds=4),
        duration=timedelta(seconds=0.5),
        claims=("bus.version",),
        reason="AssertionError: assert [] == ['event']",
        failure="E   assert [] == ['event'] <b>",
        sections=(Section("emulator's log, its last lines", "a line of the log"),),
    )


@pytest.fixture
def skipped():
    return RunTest(
        id="scenarios/mail/test_mail.py::test_a_mail_is_sent",
        outcome=Outcome.SKIPPED,
        started=START,
        reason='the target "embedded" lacks inbox',
        lacks=("inbox",),
        claims=("mail.sent",),
    )


@pytest.fixture
def run_of():
    def make(*tests: RunTest, problems: tuple[Section, ...] = ()) -> Run:
        return Run(
            target="embedded",
            started=START,
            duration=timedelta(seconds=6),
            tests=tests,
            problems=problems,
            description={"localstack": "2026.3.0"},
            harness="0.1.0",
        )

    return make


@pytest.fixture
def report_of(tmp_path, claims, run_of):
    """Writes a run's report to a folder, as a run would, and reads it back."""

    def make(name: str, *tests: RunTest, registry: Claims = claims, **changes: object) -> Report:
        run = replace(run_of(*tests), **changes)
        write_report(tmp_path / name, run, registry, root=tmp_path)
        return read_report(tmp_path / name)

    return make
