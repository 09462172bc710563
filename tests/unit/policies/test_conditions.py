"""AWS's condition operators, row by row."""

from __future__ import annotations

import json

import pytest

from harness.overlays.access.evaluation import conditions
from harness.overlays.access.evaluation.documents import MalformedPolicy, parse


def holds(condition: dict, context: dict, version: str = "2012-10-17") -> bool:
    policy = parse(
        json.dumps(
            {
                "Version": version,
                "Statement": [
                    {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
                ],
            }
        )
    )
    given = {
        key.lower(): tuple(value) if isinstance(value, list) else (value,)
        for key, value in context.items()
    }
    return (
        conditions.unmet(policy.statements[0].conditions, given, has_variables=policy.has_variables)
        is None
    )


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", ["b", "a"], "a", True),
        ("StringNotEquals", ["b", "a"], "a", False),
        ("StringNotEquals", "b", "a", True),
        ("StringEqualsIgnoreCase", "Team", "tEAM", True),
        ("StringNotEqualsIgnoreCase", "Team", "tEAM", False),
        ("StringLike", "a*c?", "abbbcd", True),
        ("StringLike", "a", "A", False),
        ("StringLike", "*", "a\nb", True),
        ("StringNotLike", "a*", "b", True),
        ("StringLike", "a.c", "abc", False),
        ("StringEquals", "${*}", "*", True),
        ("StringLike", "a${*}", "ab", False),
        ("NumericEquals", 5, "5.0", True),
        ("NumericNotEquals", "5", "6", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericEquals", "ten", "10", False),
        ("DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", True),
        ("DateLessThan", "1767225600", "2025-12-31T23:59:59Z", True),
        ("DateEquals", "2026-01-01T00:00:00Z", "1767225600", True),
        ("DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", False),
        ("DateLessThanEquals", "2026-01-01", "2026-01-01T00:00:00Z", True),
        ("DateGreaterThanEquals", "yesterday", "2026-01-01", False),
        ("Bool", False, "false", True),
        ("Bool", "True", "true", True),
        ("Bool", "true", "yes", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "QmluYXI=", False),
        ("IpAddress", "10.0.0.0/8", "10.255.0.1", True),
        ("IpAddress", "10.0.0.1", "10.0.0.1", True),
        ("IpAddress", "0.0.0.0/0", "10.0.0.1", True),
        ("IpAddress", "2001:db8::/32", "2001:db8:1::7", True),
        ("IpAddress", "10.0.0.0/8", "2001:db8::1", False),
        ("NotIpAddress", "10.0.0.0/8", "11.0.0.1", True),
        ("NotIpAddress", "10.0.0.0/8", "2001:db8::1", True),
        ("ArnLike", "arn:aws:sns:*:*:n?ws", "arn:aws:sns:eu-west-1:1:news", True),
        ("ArnLike", "arn:aws:sns:*:news", "arn:aws:sns:eu-west-1:1:news", False),
        ("ArnEquals", "arn:aws:s3:::b/*", "arn:aws:s3:::b/k:1", True),
        ("ArnEquals", "arn:aws:s?s:*:*:*", "arn:aws:sqs:eu-west-1:1:q", True),
        ("ArnNotLike", "arn:aws:sns:*:*:*", "arn:aws:sqs:eu-west-1:1:q", True),
        ("ArnNotEquals", "arn:aws:sns:*:*:*", "arn:aws:sns:eu-west-1:1:q", False),
        ("Null", "true", "present", False),
        ("Null", False, "present", True),
    ],
)
def test_an_operator_compares_as_aws_says(operator, wanted, given, expected):
    assert holds({operator: {"aws:Key": wanted}}, {"aws:key": given}) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("ArnLike", False),
        ("NumericLessThan", False),
        ("DateGreaterThan", False),
        ("Bool", False),
        ("IpAddress", False),
        ("BinaryEquals", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("ArnNotLike", True),
        ("NotIpAddress", True),
        ("NumericNotEquals", True),
        ("DateNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_an_absent_key_means_what_aws_says(operator, expected):
    assert holds({operator: {"aws:Key": "true"}}, {}) is expected


@pytest.mark.parametrize(("wanted", "expected"), [("true", True), ("false", False)])
def test_null_asks_for_absence(wanted, expected):
    assert holds({"Null": {"aws:Key": wanted}}, {}) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAllValues:StringEquals", ["a"], [""], True),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], True),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "a"], False),
        ("ForAnyValue:StringEquals", ["a"], ["b", "a"], True),
        ("ForAnyValue:StringEquals", ["a"], ["b"], False),
        ("ForAnyValue:StringNotEquals", ["a"], ["b", "a"], True),
        ("ForAnyValue:StringNotEquals", ["a"], ["a"], False),
        ("ForAnyValue:ArnLike", ["arn:aws:sns:*:*:*"], ["arn:aws:sns:r:1:t"], True),
    ],
)
def test_several_values_count_as_the_quantifier_says(operator, wanted, given, expected):
    assert holds({operator: {"aws:TagKeys": wanted}}, {"aws:TagKeys": given}) is expected


def test_operators_and_keys_are_joined_by_and():
    both = {"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}}
    assert holds(both, {"aws:a": "1", "aws:b": "2", "aws:c": "true"})
    assert not holds(both, {"aws:a": "1", "aws:b": "2", "aws:c": "false"})


@pytest.mark.parametrize(
    ("wanted", "given", "expected"),
    [
        ("${aws:username}", {"aws:username": "ana", "k": "ana"}, True),
        ("${AWS:UserName}", {"aws:username": "ana", "k": "ana"}, True),
        ("${aws:PrincipalTag/team, 'blue'}", {"k": "blue"}, True),
        ("${aws:PrincipalTag/team, 'blue'}", {"k": "red", "aws:principaltag/team": "red"}, True),
        ("${aws:username}", {"aws:username": "*", "k": "anyone"}, False),
        ("${aws:username}", {"k": "ana"}, False),
        ("${aws:TagKeys}", {"aws:TagKeys": ["a", "b"], "k": "a"}, False),
    ],
)
def test_a_variable_stands_for_one_value_of_the_request(wanted, given, expected):
    assert holds({"StringLike": {"k": wanted}}, given) is expected


def test_a_negated_operator_matches_what_a_variable_without_value_cannot():
    assert holds({"StringNotEquals": {"k": "${aws:username}"}}, {"k": "ana"})


def test_a_policy_of_2008_has_no_variables():
    condition = {"StringEquals": {"k": "${aws:username}"}}
    given = {"k": "${aws:username}", "aws:username": "ana"}
    assert holds(condition, given, version="2008-10-17")
    assert not holds(condition, given)


@pytest.mark.parametrize(
    "operator", ["StringEqual", "NullIfExists", "ForAllValues:Null", "ForSome:Bool", "Equals"]
)
def test_an_unknown_operator_is_refused(operator):
    with pytest.raises(MalformedPolicy, match="unknown condition operator"):
        holds({operator: {"k": "v"}}, {})
