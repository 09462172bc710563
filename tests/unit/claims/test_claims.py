"""The registry of claims: what a file may say, and how tests' outcomes make a claim's."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.claims import ClaimTest, Outcome, document_of, load_claims, merged
from harness.errors import UsageProblem

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def claims_file(tmp_path):
    def write(text: str) -> Path:
        file = tmp_path / "claims.yaml"
        file.write_text(text)
        return file

    return write


@pytest.fixture
def claims(claims_file):
    return load_claims(
        claims_file("bus:   # an article\n  prefix: 'a prefix matches'\n  'yes': \"all: of it\"\n")
    )


def test_claims_are_read_in_the_files_order(claims):
    assert [(claim.id, claim.text) for claim in claims] == [
        ("bus.prefix", "a prefix matches"),
        ("bus.yes", "all: of it"),
    ]
    assert claims.patterns == ["bus"]


def test_the_repositorys_own_claims_are_readable_and_complete():
    claims = load_claims(REPOSITORY / "scenarios" / "claims.yaml")
    assert len(claims) == 140
    assert len(claims.patterns) == 12


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("bus:\n  prefix: 'one'\n  prefix: 'two'\n", ':3: "prefix" is there already, in line 2.'),
        ("bus:\n  a: 'one'\nbus:\n  b: 'two'\n", ':3: "bus" is there already, in line 1.'),
        ("bus:\n  prefix: [one]\n", ':2: the claim "bus.prefix" has no sentence.'),
        ("bus:\n  prefix:\n", ':2: the claim "bus.prefix" has no sentence.'),
        ("bus: text\n", ":1: a mapping is expected here."),
        ("- bus\n", ":1: a mapping is expected here."),
        ("[a, b]: text\n", ":1: a name is expected here."),
        ("bus: {\n", ":2 is not YAML: "),
    ],
    ids=[
        "claim twice",
        "pattern twice",
        "a list as sentence",
        "no sentence",
        "no claims",
        "not a mapping",
        "a list as name",
        "not YAML",
    ],
)
def test_a_wrong_file_is_refused_with_its_line(claims_file, text, problem):
    with pytest.raises(UsageProblem) as refusal:
        load_claims(claims_file(text))
    assert problem in refusal.value.problem


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(UsageProblem, match=r"nothing\.yaml can't be read \(No such file"):
        load_claims(tmp_path / "nothing.yaml")


def test_an_empty_file_has_no_claims(claims_file):
    assert list(load_claims(claims_file(""))) == []


@pytest.mark.parametrize(
    ("misspelt", "near"),
    [("bus.prefx", "bus.prefix"), ("buss.prefix", "bus.prefix"), ("other.yes", "bus.yes")],
)
def test_a_misspelt_id_is_answered_with_the_near_ones(claims, misspelt, near):
    assert claims.near(misspelt)[0] == near


def test_an_id_like_no_other_has_no_near_ones(claims):
    assert claims.near("completely-different.thing") == []


@given(st.lists(st.sampled_from([Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED])))
def test_a_claim_has_passed_when_it_has_tests_and_all_passed(outcomes):
    assert (merged(outcomes) is Outcome.PASSED) == (set(outcomes) == {Outcome.PASSED})


@given(st.lists(st.sampled_from([Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED])))
def test_one_failure_fails_a_claim(outcomes):
    assert (merged(outcomes) is Outcome.FAILED) == (Outcome.FAILED in outcomes)


def test_the_order_of_tests_decides_nothing():
    for outcomes in product([Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED], repeat=3):
        assert merged(outcomes) is merged(reversed(outcomes))


def test_a_claim_without_tests_is_untested():
    assert merged([]) is Outcome.UNTESTED


def test_the_document_names_every_claim_with_its_tests(claims):
    results = claims.results(
        {
            "bus.prefix": [
                ClaimTest("t.py::a", Outcome.PASSED),
                ClaimTest("t.py::b", Outcome.SKIPPED, "why"),
            ]
        }
    )
    assert document_of("embedded", results) == {
        "target": "embedded",
        "claims": {
            "bus.prefix": {
                "outcome": "skipped",
                "tests": [
                    {"test": "t.py::a", "outcome": "passed"},
                    {"test": "t.py::b", "outcome": "skipped", "reason": "why"},
                ],
            },
            "bus.yes": {"outcome": "untested", "tests": []},
        },
    }
