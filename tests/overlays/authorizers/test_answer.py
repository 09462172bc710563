"""What a Lambda authorizer may answer, and what becomes of the rest."""

from __future__ import annotations

import json

import pytest

from harness.overlays.authorizers.answer import MalformedAnswer, Unauthorized, answer_in

ALLOW = {"Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}


def read(document, failed=False):
    return answer_in(json.dumps(document).encode(), failed=failed)


def test_the_context_becomes_text():
    context = {"tenant": "ana", "level": 3, "ratio": 0.5, "admin": True, "nothing": None}
    answer = read({"principalId": "somebody", "policyDocument": ALLOW, "context": context})
    assert answer.principal == "somebody"
    assert answer.context == {"tenant": "ana", "level": "3", "ratio": "0.5", "admin": "true"}


def test_one_error_says_that_nobody_was_recognized():
    with pytest.raises(Unauthorized):
        read({"errorMessage": "Unauthorized", "errorType": "Exception"}, failed=True)


@pytest.mark.parametrize(
    ("document", "failed"),
    [
        ({"errorMessage": "Unauthorized!"}, True),
        ({"errorMessage": "Task timed out after 3.00 seconds"}, True),
        ({"principalId": "somebody"}, False),
        ({"policyDocument": ALLOW, "context": {"list": [1]}}, False),
        ({"policyDocument": ALLOW, "context": {"object": {}}}, False),
        ({"policyDocument": ALLOW, "context": "text"}, False),
        (None, False),
        (["list"], False),
    ],
    ids=[
        "another error",
        "timeout",
        "no policy",
        "list in the context",
        "object in the context",
        "context is text",
        "null",
        "list",
    ],
)
def test_anything_else_is_malformed(document, failed):
    with pytest.raises(MalformedAnswer):
        read(document, failed)


def test_an_answer_that_is_no_json_is_malformed():
    with pytest.raises(MalformedAnswer):
        answer_in(b"not json", failed=False)
