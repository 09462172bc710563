"""Authorizers' policies, evaluated for a method ARN.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
"""

from __future__ import annotations

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.authorizers.policy import (
    Decision,
    MalformedPolicy,
    decide,
    matches,
    statements_of,
)

ARN = "arn:aws:execute-api:us-east-1:111111111111:api/live/GET/orders/7"
ANY = {"Action": "execute-api:Invoke", "Resource": "*"}


def decision(*statements):
    return decide(statements_of({"Statement": list(statements)}), ARN)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([{"Effect": "Allow", **ANY}], Decision.ALLOWED),
        ([{"Effect": "Allow", **ANY, "Resource": ARN}], Decision.ALLOWED),
        ([{"Effect": "Allow", **ANY, "Resource": [ARN.replace("7", "8"), ARN]}], Decision.ALLOWED),
        ([{"Effect": "Allow", **ANY, "Resource": "arn:aws:*/live/*"}], Decision.ALLOWED),
        ([{"Effect": "Allow", **ANY, "Action": ["execute-api:*"]}], Decision.ALLOWED),
        ([{"Effect": "Allow", **ANY, "Action": "EXECUTE-API:invoke"}], Decision.ALLOWED),
        ([{"Effect": "Allow", **ANY, "Action": "s3:*"}], Decision.DENIED_IMPLICITLY),
        ([{"Effect": "Allow", **ANY, "Resource": ARN[:-1]}], Decision.DENIED_IMPLICITLY),
        ([], Decision.DENIED_IMPLICITLY),
        ([{"Effect": "Deny", **ANY}], Decision.DENIED_EXPLICITLY),
        ([{"Effect": "Allow", **ANY}, {"Effect": "Deny", **ANY}], Decision.DENIED_EXPLICITLY),
        (
            [{"Effect": "Allow", **ANY}, {"Effect": "Deny", **ANY, "Resource": "other"}],
            Decision.ALLOWED,
        ),
    ],
    ids=[
        "anything",
        "this method",
        "one of two methods",
        "a pattern across slashes",
        "a list of actions",
        "an action in another case",
        "another service's action",
        "the beginning of the ARN",
        "no statement",
        "denied",
        "allowed and denied",
        "allowed, and something else denied",
    ],
)
def test_a_policy_decides(statements, expected):
    assert decision(*statements) is expected


@pytest.mark.parametrize(
    "document",
    [
        None,
        "text",
        {},
        {"Statement": "text"},
        {"Statement": [{"Effect": "Maybe", **ANY}]},
        {"Statement": [{"Effect": "Allow", "Action": 1, "Resource": "*"}]},
        {"Statement": [{"Effect": "Allow", "Action": "*"}]},
        {"Statement": [{"Effect": "Allow", **ANY, "Condition": {}}]},
        {"Statement": [{"Effect": "Allow", "NotAction": "*", "Resource": "*"}]},
    ],
    ids=[
        "none",
        "text",
        "empty",
        "statement is text",
        "unknown effect",
        "action is a number",
        "no resource",
        "condition",
        "NotAction",
    ],
)
def test_what_cannot_be_evaluated_grants_nothing(document):
    with pytest.raises(MalformedPolicy):
        statements_of(document)


def test_a_single_statement_needs_no_list():
    [statement] = statements_of({"Statement": {"Effect": "Allow", **ANY}})
    assert statement.covers(ARN)


@given(st.text(alphabet="ab*?/"), st.text(alphabet="ab/"))
def test_patterns_match_as_file_names_do(pattern, text):
    assert matches(pattern, text) == fnmatch.fnmatchcase(text, pattern)


@given(st.text())
def test_a_text_without_wildcards_matches_itself_alone(text):
    plain = re.sub(r"[*?]", "", text)
    assert matches(plain, plain)
    assert not matches(plain, plain + "x")
