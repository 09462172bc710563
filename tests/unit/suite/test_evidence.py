"""Functions' logs beside a failure: the module's own, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from harness.errors import HarnessError, MissingRequirement
from harness.observe.calls import Recorded
from harness.suite import evidence
from harness.suite.evidence import as_plain_failure, harness_error_of, logs_since, notes_of
from tests.unit.observe.test_calls import CALL


class Logs:
    """Two functions' log groups, with a line in each."""

    class exceptions:  # noqa: N801
        ResourceNotFoundException = LookupError

    def get_paginator(self, operation):
        self.operation = operation
        return self

    def paginate(self, **wanted):
        if self.operation == "describe_log_groups":
            groups = ("/aws/lambda/ours", "/aws/lambda/somebody-elses")
            return [{"logGroups": [{"logGroupName": name} for name in groups]}]
        said = f"said in {wanted['logGroupName']}"
        return [{"events": [{"timestamp": 0, "message": said}]}]


class Target:
    regions = ("us-east-1",)

    def __init__(self, *capabilities):
        self.capabilities = frozenset(capabilities)

    def client(self, service, *, account, region):
        return Logs()

    def evidence(self):
        return ""


def said(target):
    return logs_since(None, target, "1", made={"ours", "ours-too"})


def test_in_an_account_that_others_use_only_what_the_module_made_is_shown():
    [(title, text)] = said(Target())

    assert title == "function logs"
    assert "said in /aws/lambda/ours" in text
    assert "somebody" not in text


def test_in_an_account_of_its_own_all_is_shown():
    [(_, text)] = said(Target("reset"))

    assert "said in /aws/lambda/somebody-elses" in text


def test_without_an_account_there_is_nothing_to_show():
    assert logs_since(None, Target(), None) == []


def test_where_the_clock_stands_is_shown_when_a_test_moved_it():
    class Time:
        @staticmethod
        def describe():
            return "2027-03-03, 98 days ahead of this machine, seed 7"

    target = Target("time-travel")
    target.time = Time()

    assert logs_since(None, target, None) == [("the emulator's clock", Time.describe())]


def test_the_calls_of_the_test_are_shown_where_the_target_keeps_them(monkeypatch):
    began = datetime(2026, 3, 2, 10, tzinfo=UTC)
    before = replace(CALL, machine_at=began.timestamp() - 1, operation="CreateQueue")
    during = replace(CALL, machine_at=began.timestamp() + 1)
    recorded = Recorded([before, during], last=2, is_complete=True)
    monkeypatch.setattr(evidence, "calls_at", lambda endpoint_url, account: recorded)
    target = Target("trace")
    target.endpoint_url = "http://e"

    shown = dict(logs_since(began, target, "1"))

    assert shown["calls of AWS APIs"] == str(during)


def test_several_failures_of_a_teardown_are_one_sentence(suite_of_errors):
    sentence, notes = suite_of_errors(
        HarnessError("The stack stays.", "Delete it."),
        MissingRequirement("The network is gone.", "Check it."),
    )

    assert sentence == "The network is gone. Check it."
    assert notes == ["The stack stays. Delete it."]


def test_a_failure_that_nobody_foresaw_keeps_its_traceback(suite_of_errors):
    sentence, _ = suite_of_errors(HarnessError("The stack stays.", "Delete it."), KeyError("x"))

    assert sentence is None


@pytest.fixture
def suite_of_errors():
    """Returns what is shown of several errors at once, and what stands beside it."""

    def shown(*errors):
        call = pytest.CallInfo.from_call(
            raising(ExceptionGroup("a teardown's", errors)), "teardown"
        )
        as_plain_failure(call, item=None)
        if (error := harness_error_of(call)) is None:
            return None, []
        return str(error), [note for _, note in notes_of(error)]

    return shown


def raising(error):
    def fail():
        raise error

    return fail
