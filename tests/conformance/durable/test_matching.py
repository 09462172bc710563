"""The language of AWS's requirements, on histories made up for it."""

from __future__ import annotations

import pytest

from .catalogue import EXCEPTIONS, SUITES
from .matching import Bindings, differences, matches_log
from .runner import HANDLERS

ACTUAL = [
    {"EventId": 1, "EventType": "ExecutionStarted", "Id": "e"},
    {"EventId": 2, "EventType": "StepStarted", "Id": "a", "Name": "x"},
    {"EventId": 3, "EventType": "StepSucceeded", "Id": "a", "Details": {"Attempt": 1}},
    {"EventId": 4, "EventType": "ExecutionSucceeded", "Id": "e"},
]


def problems(*expected, **variables):
    return differences(list(expected), ACTUAL, Bindings(variables))


@pytest.mark.parametrize(
    "third",
    [
        {"EventType": "StepSucceeded"},
        {"EventType": "*", "Details": {}},
        {"EventType": "${/^Step/}", "Details": {"Attempt": "*"}},
        {"EventType": "StepSucceeded", "Details": {"Attempt": "${/^[1-3]$/}"}},
        {"EventType": "StepSucceeded", "Id": "${ID}"},
    ],
    ids=["only what is said", "anything", "pattern", "pattern of a number", "bound before"],
)
def test_a_history_is_as_it_should_be(third):
    second = {"EventId": 2, "EventType": "StepStarted", "Id": "${ID}", "Name": "${NAME}"}
    assert problems(second, {"EventId": 3, **third}, NAME="x") == []


@pytest.mark.parametrize(
    ("expected", "problem"),
    [
        ({"EventId": 3, "EventType": "StepFailed"}, "event 3.EventType: 'StepSucceeded', not"),
        ({"EventId": 3, "Details": {"Delay": 1}}, "event 3.Details.Delay: missing"),
        ({"EventId": 3, "Id": "${OTHER}"}, "event 3.Id: 'a', but OTHER is 'b'"),
        ({"EventId": 3, "EventType": "${/^Wait/}"}, "event 3.EventType: 'StepSucceeded' doesn't"),
        ({"EventId": 9, "EventType": "WaitStarted"}, "no event 9 (WaitStarted)"),
        ({"EventId": 2, "EventType": "StepStarted"}, "event 3 (StepSucceeded) isn't asked for"),
    ],
)
def test_a_history_is_not_as_it_should_be(expected, problem):
    (found,) = problems(expected, OTHER="b")
    assert found.startswith(problem)


def test_a_generated_variable_is_random_text():
    one, other = (Bindings.of({"A": "${GEN_STR:12}", "B": "b"}) for _ in range(2))
    assert len(one["A"]) == 12
    assert one["A"] != other["A"]
    assert one.put_into(["<${A}>", {"k": "${B} ${C}"}]) == [f"<{one['A']}>", {"k": "b ${C}"}]


def test_a_log_line_is_a_text_or_a_pattern():
    assert matches_log("  done \n", "done")
    assert matches_log("it is done now", "/is \\w+ now/")
    assert not matches_log("it is done now", "done")


def test_every_requirement_has_a_handler_that_is_there():
    for suite in SUITES.values():
        for handler in suite.values():
            module, _, name = handler.partition(".")
            assert f"\ndef {name}(event, context):\n" in (HANDLERS / f"{module}.py").read_text()


def test_exceptions_are_of_requirements_and_have_reasons():
    known = {number for suite in SUITES.values() for number in suite}
    assert set(EXCEPTIONS) <= known
    assert all(EXCEPTIONS.values())
