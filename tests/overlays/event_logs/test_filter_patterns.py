"""Filter patterns, without an emulator.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.event_logs.filter_patterns import compile_pattern, matches
from harness.overlays.event_logs.pattern_values import InvalidPatternError

TERMS = [
    ("", "anything", True),
    (" ", "anything", True),
    ("ERROR", "[ERROR 400] BAD REQUEST", True),
    ("ERROR", "error 400", False),
    ("ERROR ARGUMENTS", "ERROR INVALID ARGUMENTS", True),
    ("ERROR ARGUMENTS", "ERROR 401", False),
    ('"INTERNAL SERVER ERROR"', "500 INTERNAL SERVER ERROR", True),
    ('"INTERNAL SERVER ERROR"', "INTERNAL ERROR SERVER", False),
    ("?ERROR ?WARN", "a WARN", True),
    ("?ERROR ?WARN", "an INFO", False),
    ("ERROR -ARGUMENTS", "ERROR 401", True),
    ("ERROR -ARGUMENTS", "ERROR INVALID ARGUMENTS", False),
    ("?WARN ERROR", "an ERROR", True),
    ("%4[0-9]{2}%", "code 404 found", True),
    ("%4[0-9]{2}%", "code 504 found", False),
    ('"say \\"hi\\""', 'they say "hi"', True),
]


@pytest.mark.parametrize(("pattern", "message", "holds"), TERMS)
def test_terms(pattern, message, holds):
    assert matches(pattern, message) is holds


EVENT = {
    "eventType": "UpdateTrail",
    "sourceIPAddress": "111.111.111.111",
    "arrayKey": ["value", "another value"],
    "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
    "SomeObject": None,
    "cluster": {"name": "c", "version.info": "1.2"},
    "count": 3,
    "ratio": 0.5,
    "text": "4",
    "flag": True,
    "empty": "",
}
JSON = [
    ('{ $.eventType = "UpdateTrail" }', True),
    ('{ $.eventType = "Update*" }', True),
    ("{ $.eventType = UpdateTrail }", True),
    ('{ $.eventType != "UpdateTrail" }', False),
    ("{ $.sourceIPAddress != 123.123.* }", True),
    ("{ $.sourceIPAddress = 111.111.* }", True),
    ('{ $.arrayKey[0] = "value" }', True),
    ('{ $.arrayKey[1] = "value" }', False),
    ('{ $.arrayKey[9] = "value" }', False),
    ("{ $.objectList[1].id = 2 }", True),
    ("{ $.objectList[*].id = 2 }", True),
    ("{ $.SomeObject IS NULL }", True),
    ("{ $.SomeOtherObject IS NULL }", False),
    ("{ $.SomeOtherObject NOT EXISTS }", True),
    ("{ $.SomeObject NOT EXISTS }", False),
    ("{ $.flag IS TRUE }", True),
    ("{ $.flag IS FALSE }", False),
    ("{ $.count > 2 }", True),
    ("{ $.count > 3 }", False),
    ("{ $.count >= 3 && $.count <= 3 }", True),
    ("{ $.ratio < 1e0 }", True),
    ("{ $.count = 3 }", True),
    ("{ $.text = 4 }", True),
    ('{ $.missing = "x" }', False),
    ('{ $.missing != "x" }', False),
    ('{ ($.count = 1) || ($.eventType = "Up*") }', True),
    ("{ ($.count = 1 || $.count = 3) && ($.flag IS FALSE) }", False),
    ("{ $.count = 1 || $.count = 3 && $.flag IS TRUE }", True),
    ('{ $.cluster.name = "c" }', True),
    ('{ $.cluster["version.info"] = "1.2" }', True),
    ("{ $.eventType = %Up[a-z]+Trail% }", True),
    ("{ $.eventType = %^Trail% }", False),
    ('{ $.empty = "" }', True),
    ('{$.eventType="UpdateTrail"}', True),
    ("{ $.eventType = * }", True),
]


@pytest.mark.parametrize(("pattern", "holds"), JSON)
def test_json(pattern, holds):
    assert matches(pattern, json.dumps(EVENT)) is holds


@pytest.mark.parametrize("message", ["no JSON", "[1]", '"text"', ""])
def test_a_json_pattern_matches_documents_alone(message):
    assert not matches("{ $.missing NOT EXISTS }", message)


LINE = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534'
SPACED = [
    ("[ip, user, username, timestamp, request, status_code, bytes]", True),
    ("[ip, user, username, timestamp, request, status_code]", False),
    ("[ip, ..., status_code = 404, bytes]", True),
    ("[ip, ..., status_code = 4*, bytes > 1000]", True),
    ("[..., status_code = 5*, bytes]", False),
    ("[ip = 127.*, ...]", True),
    ('[ip, user, username, timestamp, request = "GET *", ...]', True),
    ("[ip, user, username != frank, ...]", False),
    ("[..., status_code = 404 || status_code = 410, bytes]", True),
    ("[..., status_code = 404 && status_code = 410, bytes]", False),
    ("[ip, ..., bytes, a, b, c, d, e, f]", False),
    ("[]", True),
]


@pytest.mark.parametrize(("pattern", "holds"), SPACED)
def test_space_delimited(pattern, holds):
    assert matches(pattern, LINE) is holds


def test_space_delimited_fields_have_names():
    found = compile_pattern("[ip, ..., status, bytes > 0]")(LINE)
    assert found is not None
    assert (found["ip"], found["status"], found["bytes"]) == ("127.0.0.1", "404", "1534")


INVALID = [
    "{ }",
    "{ $.a }",
    "{ $.a = }",
    "{ $.a > x }",
    "{ ($.a = 1 }",
    "{ $.a = 1 && }",
    "{ a = 1 }",
    "{ $.a IS MAYBE }",
    "{ $.a = %[% }",
    "[ip, =3]",
    "[..., a, ...]",
    '"no end',
]


@pytest.mark.parametrize("pattern", INVALID)
def test_what_is_no_pattern(pattern):
    with pytest.raises(InvalidPatternError):
        compile_pattern(pattern)
    assert not matches(pattern, "anything")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_it(pattern, message):
    matches(pattern, message)


@given(st.integers(), st.integers())
def test_numbers_compare_as_numbers(number, other):
    message = json.dumps({"n": number})
    assert matches(f"{{ $.n < {other} }}", message) is (float(number) < float(other))
    assert matches(f"{{ $.n = {other} }}", message) is (float(number) == float(other))


@given(st.text(st.characters(codec="utf-8", exclude_characters='"\\*%'), max_size=20))
def test_a_quoted_text_equals_itself(text):
    assert matches(f'{{ $.t = "{text}" }}', json.dumps({"t": text}))
