"""What AWS's API says about an execution, made a timeline."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.observe.durable.folding import timeline_of
from harness.observe.durable.model import Attempt, Invocation, Pause, State

from .conftest import ARN, START, History, at, execution


def test_an_execution_is_named_by_its_function_and_version(history):
    timeline = timeline_of(execution(), history.events)
    assert (timeline.name, timeline.function, timeline.version) == (
        "leave-42",
        "process",
        "$LATEST",
    )
    assert (timeline.arn, timeline.status, timeline.start) == (ARN, "RUNNING", START)


def test_operations_have_their_attempts_ends_and_what_they_wait_for(leave):
    timeline = timeline_of(execution(), leave().events, now=at(days=90, minutes=3))
    told = {one.name: (one.state, one.end, one.due, one.depth) for one in timeline.operations}
    assert told == {
        "store": (State.SUCCEEDED, at(milliseconds=500), None, 0),
        "charge": (State.SUCCEEDED, at(seconds=61), None, 0),
        "three-months": (
            State.SUCCEEDED,
            at(days=90, seconds=61),
            at(days=90, seconds=61),
            0,
        ),
        "approval": (State.RUNNING, None, None, 0),
        "callback": (State.WAITING, None, at(days=90, seconds=361), 1),
    }
    charge = timeline.operations[1]
    assert charge.attempts == (
        Attempt(
            1,
            at(milliseconds=600),
            at(milliseconds=700),
            State.FAILED,
            "Busy",
            timedelta(seconds=60),
        ),
        Attempt(2, at(seconds=61), at(seconds=61), State.SUCCEEDED),
    )


def test_between_invocations_an_execution_is_suspended(leave):
    now = at(days=90, minutes=3)
    timeline = timeline_of(execution(), leave().events, now=now)
    assert timeline.invocations == (
        Invocation(START, at(seconds=1)),
        Invocation(at(seconds=61), at(seconds=62)),
        Invocation(at(days=90, seconds=61), at(days=90, seconds=62)),
    )
    assert timeline.pauses == (
        Pause(at(seconds=1), at(seconds=61)),
        Pause(at(seconds=62), at(days=90, seconds=61)),
        Pause(at(days=90, seconds=62), now),
    )
    assert timeline.is_suspended


def test_what_a_function_tells_after_its_last_invocation_shows_that_it_runs(leave):
    told = leave().add("CallbackSucceeded", at(days=90, minutes=2), "callback")
    waiting = timeline_of(execution(), told.events, now=at(days=91))
    assert waiting.is_suspended
    told.add("StepStarted", at(days=90, minutes=2, seconds=1), "notify")
    running = timeline_of(execution(), told.events, now=at(days=91))
    assert running.invocations[-1] == Invocation(at(days=90, minutes=2, seconds=1), None)
    assert not running.is_suspended


def test_an_end_closes_what_was_open(leave):
    end = at(days=91)
    told = leave().add("StepStarted", at(days=90, minutes=2), "late").add("ExecutionStopped", end)
    timeline = timeline_of(execution("STOPPED", end), told.events)
    states = {one.name: (one.state, one.end) for one in timeline.operations[-3:]}
    assert states == {
        "approval": (State.UNFINISHED, end),
        "callback": (State.UNFINISHED, end),
        "late": (State.UNFINISHED, end),
    }
    assert timeline.operations[-1].attempts[0].state is State.UNFINISHED
    assert (timeline.end, timeline.until) == (end, end)


def test_the_history_is_read_later_than_the_status_and_knows_better(history):
    told = history.add(
        "ExecutionFailed", at(seconds=3), "1f0c", Error={"Payload": {"ErrorType": "E"}}
    )
    timeline = timeline_of(execution("RUNNING"), told.events)
    assert (timeline.status, timeline.end, timeline.error) == ("FAILED", at(seconds=3), "E")


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"])
def test_a_status_without_its_event_counts(history, status):
    told = execution(status, at(seconds=3), Error={"ErrorType": "E"})
    timeline = timeline_of(told, history.events, now=at(seconds=9))
    assert (timeline.status, timeline.until, timeline.error) == (status, at(seconds=3), "E")


def test_a_step_whose_environment_died_was_interrupted(history):
    history.add("StepStarted", at(seconds=1), "pay").invoked(
        START, at(seconds=2), "Sandbox.Timedout"
    )
    history.add("StepStarted", at(seconds=7), "pay")
    history.add("StepSucceeded", at(seconds=8), "pay", RetryDetails={"CurrentAttempt": 2})
    timeline = timeline_of(execution(), history.events)
    first, second = timeline.operations[0].attempts
    assert (first.state, first.end) == (State.INTERRUPTED, at(seconds=2))
    assert (second.state, second.number) == (State.SUCCEEDED, 2)
    assert timeline.invocations[0].error == "Sandbox.Timedout"
    assert timeline.pauses == (Pause(at(seconds=2), at(seconds=7), is_after_error=True),)


def test_a_look_at_a_condition_that_does_not_hold_is_no_end(history):
    retries = {"CurrentAttempt": 1, "NextAttemptDelaySeconds": 600}
    history.add("StepStarted", at(), "booked", SubType="WaitForCondition")
    history.add("StepSucceeded", at(), "booked", SubType="WaitForCondition", RetryDetails=retries)
    operation = timeline_of(execution(), history.events).operations[0]
    assert (operation.state, operation.due) == (State.WAITING, at(seconds=600))


def test_without_data_it_is_known_that_there_was_an_error_and_not_which(history):
    history.add("StepStarted", at(), "pay")
    history.add("StepFailed", at(), "pay", Error={"Truncated": True})
    assert timeline_of(execution(), history.events).operations[0].error == ""


def test_types_that_newer_apis_have_are_passed_over(history):
    history.add("ExecutionPaused", at(seconds=1)).add("StepPondered", at(seconds=2), "x")
    timeline = timeline_of(execution("PAUSED"), history.events)
    assert (timeline.status, timeline.operations) == ("PAUSED", ())


@given(data=st.data())
def test_the_order_of_pages_and_their_overlap_change_nothing(data):
    told = History().add("ExecutionStarted", START)
    told.step("a", at(seconds=1)).add("StepStarted", at(seconds=2), "b")
    told.failure("b", at(seconds=3), "Busy", 1, 60).invoked(START, at(seconds=4))
    told.add("StepStarted", at(seconds=64), "b")
    events = data.draw(st.permutations(told.events))
    twice = data.draw(st.lists(st.sampled_from(told.events), max_size=3))
    assert timeline_of(execution(), [*events, *twice]) == timeline_of(execution(), told.events)


OPERATIONS = ("a", "b", "c", "d")
TYPES = [
    f"{kind}{end}"
    for kind in ("Context", "Wait", "Step", "ChainedInvoke", "Callback")
    for end in ("Started", "Succeeded", "Failed", "TimedOut", "Stopped", "Cancelled")
]


@st.composite
def histories(draw):
    """Draw histories that no execution would have, ordered by time alone."""
    told, now = History().add("ExecutionStarted", START), START
    for _ in range(draw(st.integers(0, 15))):
        now += timedelta(seconds=draw(st.integers(0, 100)))
        if draw(st.booleans()):
            start = now - timedelta(seconds=draw(st.integers(0, 100)))
            told.invoked(max(start, START), now, draw(st.sampled_from(["", "E"])))
        else:
            told.add(
                draw(st.sampled_from(TYPES)),
                now,
                draw(st.sampled_from(OPERATIONS)),
                ParentId=draw(st.sampled_from([*OPERATIONS, "unknown", None])),
                RetryDetails={"NextAttemptDelaySeconds": draw(st.integers(0, 5))},
            )
    if draw(st.booleans()):
        told.add(draw(st.sampled_from(["ExecutionSucceeded", "ExecutionTimedOut"])), now)
    return told.events


@given(events=histories(), later=st.integers(0, 1000))
def test_whatever_the_history_says_the_timeline_is_sound(events, later):
    now = max(event["EventTimestamp"] for event in events) + timedelta(seconds=later)
    timeline = timeline_of(execution(), events, now=now)

    expected = {event["Id"] for event in events if "Id" in event}
    assert [one.id for one in timeline.operations] == list(
        dict.fromkeys(one.id for one in timeline.operations)
    )
    assert {one.id for one in timeline.operations} == expected

    seen: dict[str, int] = {}
    for one in timeline.operations:
        assert one.depth == 0 or one.depth == seen[one.parent] + 1
        seen[one.id] = one.depth
        spans = [(one.start, one.end), *((each.start, each.end) for each in one.attempts)]
        assert all(start <= (end or timeline.until) <= timeline.until for start, end in spans)
        assert timeline.end is None or not one.state.is_open

    ran = [(one.start, one.end or timeline.until) for one in timeline.invocations]
    for pause in timeline.pauses:
        assert pause.start < pause.end <= timeline.until
        assert not any(start < pause.end and pause.start < end for start, end in ran)
