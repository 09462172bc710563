"""Payloads that Lambda refuses, without an emulator."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.lambda_service.request_payload import json_problem, size_problem

SOURCE = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
EXPECTED = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
PREFIX = "Could not parse request body into json: Could not parse payload into json: "

NOT_JSON = {
    "a word": (
        b"hello",
        f"Unrecognized token 'hello': was expecting {EXPECTED}\n at {SOURCE}; line: 1, column: 6]",
    ),
    "single quotes": (
        b"'test'",
        f"Unexpected character (''' (code 39)): expected a valid value {EXPECTED}\n"
        f" at {SOURCE}; line: 1, column: 1]",
    ),
    "bytes that are no text": (
        b"\x99\xeb,j\x07\xa1zYh",
        f"Unexpected character ((CTRL-CHAR, code 153)): expected a valid value {EXPECTED}\n"
        f" at {SOURCE}; line: 1, column: 1]",
    ),
    "text that goes on as none": (
        b"n\x87r\x9e\xe9\xb5\xd7I\xee\x9bmt",
        f"Invalid UTF-8 start byte 0x87\n at {SOURCE}; line: 1, column: 3]",
    ),
    "an object that isn't closed": (
        b'{"a":',
        f"Unexpected end-of-input: expected close marker for Object (start marker at {SOURCE}; "
        f"line: 1, column: 1])\n at {SOURCE}; line: 1, column: 6]",
    ),
    "not a number": (
        b"NaN",
        f"Unrecognized token 'NaN': was expecting {EXPECTED}\n at {SOURCE}; line: 1, column: 4]",
    ),
}


@pytest.mark.parametrize(("payload", "problem"), NOT_JSON.values(), ids=NOT_JSON)
def test_what_isnt_json_is_refused_as_aws_does(payload, problem):
    assert json_problem(payload) == PREFIX + problem


@pytest.mark.parametrize("payload", [b"", b" ", b"{}", b"null", b'"\xc3\xa4"', b"1e5"])
def test_json_and_nothing_at_all_are_accepted(payload):
    assert json_problem(payload) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(value=json_values)
def test_all_json_is_accepted(value):
    assert json_problem(json.dumps(value).encode()) is None


@given(payload=st.binary(max_size=40))
def test_a_payload_is_refused_exactly_when_it_isnt_json(payload):
    try:
        json.loads(payload.decode() or "null", parse_constant=lambda name: 1 / 0)
        is_json = True
    except (ValueError, ZeroDivisionError):
        is_json = not payload.strip()
    assert (json_problem(payload) is None) == is_json


SIZES = {
    "6 MB": (6 * 1024 * 1024, False, None),
    "6 MB and a byte": (
        6 * 1024 * 1024 + 1,
        False,
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    ),
    "1 MB event": (1024 * 1024, True, None),
    "1 MB and a byte event": (
        1024 * 1024 + 1,
        True,
        "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    ),
}


@pytest.mark.parametrize(("size", "asynchronous", "problem"), SIZES.values(), ids=SIZES)
def test_payloads_have_a_largest_size(size, asynchronous, problem):
    assert size_problem(b"1" * size, asynchronous=asynchronous) == problem
