"""`harness trace calls`: which calls are listed, and how."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from harness.commands import emulators, trace_calls
from harness.observe.calls import Recorded
from tests.unit.observe.test_calls import CALL

CALLS = [
    replace(CALL, number=1),
    replace(CALL, number=2, service="lambda", operation="Invoke", about={"FunctionName": "shop"}),
    replace(CALL, number=3, error="AccessDenied", message="password=hunter22", trace="1-a-b"),
]


@pytest.fixture
def recorder(monkeypatch):
    """What the emulator's recorder has."""
    asked, found = [], SimpleNamespace(is_complete=True, calls=CALLS)

    def calls_at(endpoint_url, account):
        asked.append((endpoint_url, account))
        return Recorded(found.calls, len(found.calls), found.is_complete)

    monkeypatch.setattr(trace_calls, "calls_at", calls_at)
    monkeypatch.setattr(emulators, "attached", lambda: SimpleNamespace(endpoint_url="http://e"))
    found.asked = asked
    return found


@pytest.fixture
def listed(recorder, capsys):
    """The operations that the command lists."""

    def listed(**options):
        given = {"account": "", "service": "", "trace": "", "failed": False, "last": 50}
        trace_calls.calls(**given | options, as_json=True)
        return [(one["number"], one["operation"]) for one in json.loads(capsys.readouterr().out)]

    return listed


def test_all_calls_of_all_accounts_are_listed_unless_asked_otherwise(listed, recorder):
    assert [number for number, _ in listed()] == [1, 2, 3]
    assert recorder.asked == [("http://e", None)]
    listed(account="111122223333")
    assert recorder.asked[1:] == [("http://e", "111122223333")]


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({"service": "lambda"}, [2]),
        ({"failed": True}, [3]),
        ({"trace": "1-a-b"}, [3]),
        ({"last": 2}, [2, 3]),
        ({"last": 1, "service": "sqs"}, [3]),
    ],
)
def test_calls_can_be_chosen(listed, options, numbers):
    assert [number for number, _ in listed(**options)] == numbers


def test_the_table_says_who_what_and_how_it_ended(recorder, capsys):
    trace_calls.calls("", "", "", failed=False, last=50, as_json=False)
    shown = capsys.readouterr().out
    assert "lambda:Invoke" in shown
    assert "AccessDenied" in shown
    assert "hunter22" not in shown


def test_an_empty_list_and_dropped_calls_are_said(recorder, capsys):
    recorder.calls, recorder.is_complete = [], False
    trace_calls.calls("", "", "", failed=False, last=50, as_json=False)
    said = capsys.readouterr().err
    assert "No such call so far." in said
    assert "Earlier calls are no longer kept." in said
