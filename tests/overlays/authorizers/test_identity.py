"""Identity sources: what a request must carry before an authorizer is asked."""

from __future__ import annotations

import pytest

from harness.overlays.authorizers.identity import Sources, identity_values, is_recognized

SOURCES = Sources(
    headers={"authorization": "token"},
    query={"key": "from the query", "empty": ""},
    stage_variables={"colour": "blue"},
    context={"identity": {"sourceIp": "127.0.0.1"}, "stage": "live", "list": []},
)


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("method.request.header.Authorization", ("token",)),
        ("method.request.querystring.key", ("from the query",)),
        ("stageVariables.colour", ("blue",)),
        ("context.identity.sourceIp", ("127.0.0.1",)),
        ("context.stage, method.request.header.authorization", ("live", "token")),
        ("method.request.header.Missing", (None,)),
        ("context.identity.missing.more", (None,)),
        ("context.list", (None,)),
        ("", ()),
        (None, ()),
    ],
)
def test_a_source_stands_for_a_value(source, values):
    assert identity_values(source, SOURCES) == values


@pytest.mark.parametrize(
    ("values", "expression", "recognized"),
    [
        (("token",), None, True),
        (("token", None), None, False),
        (("",), None, False),
        (("token",), "tok.*", True),
        (("token",), "tok", False),
        ((), None, True),
    ],
    ids=["all there", "one missing", "empty", "matching", "matching in part", "no sources"],
)
def test_all_sources_must_be_there_and_match(values, expression, recognized):
    assert is_recognized(values, expression=expression) is recognized
