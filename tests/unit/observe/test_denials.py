"""Denials as people read them."""

from __future__ import annotations

import pytest

from harness.observe.denials import distinct, told
from harness.report.writing import AUDIT_FILE
from harness.suite.iam import AuditRecorder, IamAuditWarning, tell_would_be_denials

DENIAL = {
    "at": "2026-03-02T10:00:00.000+00:00",
    "message": "User: worker is not authorized to perform: sqs:sendmessage",
    "decided_by": "no identity-based policy of worker allows sqs:SendMessage",
    "fix": '{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}',
    "belongs_to": "identity-based policy of worker",
}
TOLD = """\
User: worker is not authorized to perform: sqs:sendmessage
  decided by: no identity-based policy of worker allows sqs:SendMessage
  would be allowed by, in the identity-based policy of worker:
    {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}"""


def test_a_denial_says_what_decided_and_what_would_allow_it():
    assert told(DENIAL) == TOLD


def test_a_denial_by_a_deny_proposes_nothing():
    assert told(DENIAL | {"fix": ""}) == "\n".join(TOLD.splitlines()[:2])


def test_what_happens_often_is_told_once():
    later = DENIAL | {"at": "2026-03-02T10:00:01.000+00:00"}
    assert list(distinct([DENIAL, later])) == [TOLD]


def test_an_audit_warns_of_each_call_and_writes_them_down(tmp_path):
    with pytest.warns(IamAuditWarning, match="test_orders") as caught:
        tell_would_be_denials([DENIAL, DENIAL], "test_orders.py")
    assert len(caught) == 1
    recorder = AuditRecorder(tmp_path)
    recorder.pytest_warning_recorded(caught[0])
    recorder.pytest_sessionfinish()
    assert (tmp_path / AUDIT_FILE).read_text() == f"test_orders.py: {TOLD}\n"
