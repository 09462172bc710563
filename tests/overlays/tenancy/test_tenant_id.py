"""Tenant ids: what AWS accepts, and how it words a refusal.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.tenancy.tenant_id import PATTERN, validation_message

LEGAL = string.ascii_letters + string.digits + "._:/=+-@ "
SHOWN_PATTERN = r"[a-zA-Z0-9\._:\/=+\-@ ]+"

WRONG_CHARACTERS = f"Member must satisfy regular expression pattern: {SHOWN_PATTERN}"
TOO_LONG = "Member must have length less than or equal to 256"
TOO_SHORT = "Member must have length greater than or equal to 1"


def one_error(value: str, constraint: str) -> str:
    return (
        f"1 validation error detected: Value '{value}' at 'tenantId' failed to satisfy "
        f"constraint: {constraint}"
    )


@pytest.mark.parametrize(
    "tenant",
    ["a", "A1", "a" * 256, "-_:=+@.", "with space", "a/b", "0" * 12, "ana@example.com"],
    ids=[
        "one letter",
        "letter and digit",
        "256 characters",
        "the article's punctuation",
        "space inside",
        "slash",
        "account id",
        "e-mail address",
    ],
)
def test_a_legal_tenant_id_is_accepted(tenant):
    assert validation_message(tenant) is None


@pytest.mark.parametrize(
    ("tenant", "constraint"),
    [
        ("a" * 257, TOO_LONG),
        ("a!", WRONG_CHARACTERS),
        ("a,b", WRONG_CHARACTERS),
        ("tenant#1", WRONG_CHARACTERS),
        ("ana\n", WRONG_CHARACTERS),
        ("ténant", WRONG_CHARACTERS),
        ("a\\b", WRONG_CHARACTERS),
        ("٣", WRONG_CHARACTERS),
    ],
    ids=[
        "257 characters",
        "exclamation mark",
        "comma",
        "hash",
        "line feed at the end",
        "accent",
        "backslash",
        "a digit that isn't ASCII",
    ],
)
def test_an_illegal_tenant_id_names_the_constraint(tenant, constraint):
    assert validation_message(tenant) == one_error(tenant, constraint)


def test_an_empty_tenant_id_breaks_both_length_and_pattern():
    assert validation_message("") == (
        "2 validation errors detected: "
        f"Value '' at 'tenantId' failed to satisfy constraint: {TOO_SHORT}; "
        f"Value '' at 'tenantId' failed to satisfy constraint: {WRONG_CHARACTERS}"
    )


def test_the_pattern_is_shown_as_the_service_model_writes_it():
    assert PATTERN == SHOWN_PATTERN


@given(st.text(max_size=300))
def test_a_tenant_id_is_legal_if_short_and_of_legal_characters(tenant):
    legal = 1 <= len(tenant) <= 256 and all(character in LEGAL for character in tenant)
    assert (validation_message(tenant) is None) == legal


@given(st.text(alphabet=LEGAL, min_size=1, max_size=256), st.characters(exclude_characters=LEGAL))
def test_one_illegal_character_spoils_a_legal_tenant_id(tenant, character):
    spoilt = tenant[:-1] + character
    assert validation_message(spoilt) == one_error(spoilt, WRONG_CHARACTERS)
