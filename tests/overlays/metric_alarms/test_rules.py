"""M out of N and missing data, by the tables of AWS's guide; without an emulator.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.overlays.metric_alarms.reasons import reason_data_of, reason_of
from harness.overlays.metric_alarms.rules import Datapoint, Rule, Verdict, evaluate

START = datetime(2026, 3, 1, 11, 36, tzinfo=UTC)
KEEP, NO_DATA = None, "INSUFFICIENT_DATA"
TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")

# M, N, the datapoints as the guide writes them (the newest at the right), and the state for each
# treatment of missing ones.
TABLE = [
    (3, 3, "0-X-X", ("OK", "OK", "OK", "OK")),
    (3, 3, "0----", ("OK", "OK", "OK", "OK")),
    (3, 3, "-----", (NO_DATA, KEEP, "ALARM", "OK")),
    (3, 3, "0XX-X", ("ALARM", "ALARM", "ALARM", "ALARM")),
    (3, 3, "--X--", ("ALARM", KEEP, "ALARM", "OK")),
    (2, 3, "0-X-X", ("ALARM", "ALARM", "ALARM", "ALARM")),
    (2, 3, "00X0X", ("ALARM", "ALARM", "ALARM", "ALARM")),
    (2, 3, "0-X--", ("OK", "OK", "ALARM", "OK")),
    (2, 3, "----0", ("OK", "OK", "ALARM", "OK")),
    (2, 3, "---X-", ("ALARM", KEEP, "ALARM", "OK")),
]
CASES = [
    pytest.param(m, n, points, treatment, state, id=f"{m} of {n}, {points}, {treatment}")
    for m, n, points, states in TABLE
    for treatment, state in zip(TREATMENTS, states, strict=True)
]


def datapoints(pattern: str) -> list[Datapoint]:
    values = {"0": 0.0, "X": 9.0, "-": None}
    return [
        Datapoint(START + timedelta(minutes=at), values[one], 1) for at, one in enumerate(pattern)
    ]


def rule(m: int = 1, n: int = 1, missing: str = "missing", operator="GreaterThanThreshold") -> Rule:
    return Rule(operator, 5.0, n, m, missing)


@pytest.mark.parametrize(("m", "n", "points", "treatment", "state"), CASES)
def test_missing_datapoints_count_as_the_guide_says(m, n, points, treatment, state):
    assert evaluate(datapoints(points), rule(m, n, treatment)).state == state


@pytest.mark.parametrize("treatment", ["missing", "ignore"])
def test_a_breach_that_is_too_young_changes_nothing_yet(treatment):
    assert evaluate(datapoints("----X"), rule(3, 3, treatment)).state is None


def test_breaches_neednt_follow_each_other():
    assert evaluate(datapoints("00X0X0"), rule(2, 4)).state == "ALARM"
    assert evaluate(datapoints("00X000"), rule(2, 4)).state == "OK"


OPERATORS = {
    "GreaterThanOrEqualToThreshold": (False, True, True),
    "GreaterThanThreshold": (False, False, True),
    "LessThanThreshold": (True, False, False),
    "LessThanOrEqualToThreshold": (True, True, False),
}


@pytest.mark.parametrize(("operator", "breaching"), OPERATORS.items(), ids=OPERATORS)
def test_operators_compare(operator, breaching):
    one = rule(operator=operator)
    assert tuple(one.breaches(value) for value in (4.0, 5.0, 6.0)) == breaching


def said(points: str, one: Rule, old: str) -> str:
    return reason_of(evaluate(datapoints(points), one), one, old)


def test_a_first_transition_is_worded_without_the_minimum():
    assert said("00X", rule(), NO_DATA) == (
        "Threshold Crossed: 1 datapoint [9.0 (01/03/26 11:38:00)] was greater than the threshold "
        "(5.0)."
    )


def test_further_transitions_name_the_minimum():
    assert said("00X", rule(), "OK") == (
        "Threshold Crossed: 1 out of the last 1 datapoints [9.0 (01/03/26 11:38:00)] was greater "
        "than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert said("X00", rule(2, 2), "ALARM") == (
        "Threshold Crossed: 2 out of the last 2 datapoints [0.0 (01/03/26 11:38:00), "
        "0.0 (01/03/26 11:37:00)] were not greater than the threshold (5.0) (minimum 1 datapoint "
        "for ALARM -> OK transition)."
    )


WITHOUT_DATA = {
    "missing": "Insufficient Data: no datapoints were received for 2 periods and 2 missing "
    "datapoints were treated as [Missing].",
    "breaching": "Threshold Crossed: no datapoints were received for 2 periods and 2 missing "
    "datapoints were treated as [Breaching].",
    "notBreaching": "Threshold Crossed: no datapoints were received for 2 periods and 2 missing "
    "datapoints were treated as [NonBreaching].",
}


@pytest.mark.parametrize(("treatment", "reason"), WITHOUT_DATA.items(), ids=WITHOUT_DATA)
def test_missing_datapoints_alone_are_named(treatment, reason):
    assert said("----", rule(2, 2, treatment), "OK") == reason


def test_reason_data_tells_what_was_evaluated():
    alarm = {"Period": 60, "Statistic": "Average", "Unit": "Seconds"}
    verdict = evaluate(datapoints("0X9".replace("9", "X")), rule(2, 2))
    data = reason_data_of(verdict, rule(2, 2), alarm, START + timedelta(minutes=3))
    assert list(data) == [
        "version", "queryDate", "startDate", "unit", "statistic", "period", "recentDatapoints",
        "threshold", "evaluatedDatapoints",
    ]  # fmt: skip
    assert data["startDate"] == "2026-03-01T11:37:00.000+0000"
    assert data["recentDatapoints"] == [9.0, 9.0]
    assert data["evaluatedDatapoints"][0] == {
        "timestamp": "2026-03-01T11:38:00.000+0000",
        "sampleCount": 1.0,
        "value": 9.0,
    }


def test_reason_data_of_missing_datapoints_has_times_alone():
    alarm = {"Period": 60, "Statistic": "Average"}
    verdict = Verdict("ALARM", tuple(datapoints("--")), 2)
    data = reason_data_of(verdict, rule(2, 2, "breaching"), alarm, START)
    assert "startDate" not in data
    assert data["recentDatapoints"] == []
    assert [list(one) for one in data["evaluatedDatapoints"]] == [["timestamp"], ["timestamp"]]
