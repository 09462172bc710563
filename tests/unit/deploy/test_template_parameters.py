"""Parameters, checked before CloudFormation is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.deploy.parameters import checked_parameters
from harness.deploy.template import Template
from harness.errors import UsageProblem

TEMPLATE = Template(
    Path("t.yaml"),
    Path(),
    {
        "Parameters": {
            "Table": {"Type": "String"},
            "Size": {"Type": "Number", "Default": 1},
            "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
            "Subnets": {"Type": "CommaDelimitedList", "Default": ""},
        },
        "Resources": {},
    },
)


def test_values_become_text():
    given = {"Table": "t", "Size": 3, "Stage": "prod", "Subnets": ["a", True]}
    assert checked_parameters(TEMPLATE, given) == {
        "Table": "t",
        "Size": "3",
        "Stage": "prod",
        "Subnets": "a,true",
    }


def test_a_value_that_the_stack_has_needn_t_be_given_again():
    assert checked_parameters(TEMPLATE, {}, known_before=frozenset({"Table"})) == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, 't.yaml wants a value for "Table".'),
        ({"Table": "t", "Sise": 1}, 'has no parameter "Sise". Did you mean "Size"?'),
        ({"Table": "t", "X": 1}, 'no parameter "X". It declares: Table, Size, Stage, Subnets.'),
        ({"Table": "t", "Stage": "test"}, '"Stage" can\'t be "test". t.yaml allows dev, prod.'),
    ],
    ids=["missing", "misspelled", "unknown", "not allowed"],
)
def test_what_cloudformation_would_refuse_is_refused_at_once(given, words):
    with pytest.raises(UsageProblem) as refusal:
        checked_parameters(TEMPLATE, given)
    assert words in str(refusal.value)
