"""Executions wait without running, and go on where they were: after waits, crashes, failures."""

from __future__ import annotations

from datetime import timedelta

import pytest

# Lambda repeats an invocation whose environment died, after a pause.
AFTER_CRASH = timedelta(minutes=2)
STEPS = ["record", "receipt", "decision submitter", "status", "notice"]


@pytest.mark.claim("durable-leave.suspended")
def test_what_waits_has_no_invocation(ask):
    leave = ask()
    leave.until_it_waits()

    # Each invocation is noted when it is over; the one that asked the manager is.
    types = [event["EventType"] for event in leave.events()]
    assert types[-1] == "InvocationCompleted"
    assert types.index("CallbackStarted") < len(types) - 1
    assert leave.told()["Status"] == "RUNNING"


# More than AWS shows to anybody, so that the claim doesn't rest on it.
@pytest.mark.requires("environments", "time-travel")
def test_what_waits_is_in_no_environment(begin, stack, clock, environments, decide):
    function = stack.outputs["Process"]
    leave = begin(decide_within_seconds=7 * 24 * 3600)
    callback_id = leave.until_it_waits()
    assert {each["state"] for each in environments(function)} <= {"idle", "ready"}

    # Idle environments go, and the execution is still there. What other tests began ends sooner.
    clock.advance(days=2)
    assert environments(function) == []
    assert leave.told()["Status"] == "RUNNING"

    decide(callback_id, "approve")
    assert leave.until_it_ends()["status"] == "approved"
    assert environments(function) != []


@pytest.mark.claim("durable-leave.replay-skips")
def test_after_a_resume_no_finished_step_runs_again(ask, decide, client, emails):
    leave = ask()
    decide(leave.until_it_waits(), "approve")
    leave.until_it_ends()

    assert len(leave.of_type("InvocationCompleted")) >= 2
    assert leave.steps() == STEPS
    assert [event["Name"] for event in leave.of_type("StepStarted")] == STEPS
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=leave.table)
    items = [item for page in pages for item in page["Items"]]
    assert sum(item.get("employee", {}).get("S") == leave.employee for item in items) == 1
    assert emails(leave) == each_once(leave)


def each_once(leave):
    """Return the subjects of the e-mails about a request that was approved."""
    return [
        "Leave request received",
        f"Leave request from {leave.employee}",
        "Leave request approved",
    ]


@pytest.fixture
def finish(clock, decide):
    """Approves a request once its manager is asked, and lets its execution end."""

    def finish(leave):
        def asked():
            assert "decision submitter" in leave.steps()
            [started] = leave.of_type("CallbackStarted")
            return started["CallbackStartedDetails"]["CallbackId"]

        callback_id = clock.run_until(asked, within=AFTER_CRASH)
        assert decide(callback_id, "approve").status_code == 200

    return finish


def crashes(leave):
    """Return the errors of the invocations that ended without an answer."""
    ended = [event["InvocationCompletedDetails"] for event in leave.of_type("InvocationCompleted")]
    return [each["Error"]["Payload"] for each in ended if each.get("Error", {}).get("Payload")]


@pytest.mark.claim("durable-leave.crash-resume")
@pytest.mark.parametrize("step", ["record", "receipt", "status"])
def test_a_killed_environment_resumes_at_the_next_step(
    begin, finish, clock, eventually, emails, step
):
    leave = begin(drill={"crash_after": step})

    def crashed():
        assert len(crashes(leave)) == 1

    if step == "status":
        finish(leave)
    eventually(crashed, within=leave.patience)
    assert leave.steps() == STEPS[: STEPS.index(step) + 1]
    if step != "status":
        finish(leave)

    def succeeded():
        assert leave.told()["Status"] == "SUCCEEDED"

    clock.run_until(succeeded, within=AFTER_CRASH)
    # Nothing lost, nothing repeated.
    assert len(crashes(leave)) == 1
    assert leave.steps() == STEPS
    assert [event["Name"] for event in leave.of_type("StepStarted")] == STEPS
    assert emails(leave) == each_once(leave)
    assert leave.status() == "approved"


@pytest.fixture
def failed(begin, eventually):
    """A request whose receipt couldn't be sent at first, and the event that says so."""
    leave = begin(drill={"fail_once": "receipt"}, decide_within_seconds=24 * 3600)

    def has_failed():
        [event] = leave.of_type("StepFailed") or [None]
        assert event is not None
        assert leave.events()[-1]["EventType"] == "InvocationCompleted"
        return event

    return leave, eventually(has_failed, within=leave.patience)


@pytest.mark.claim("durable-leave.step-retry")
def test_a_step_that_fails_is_tried_again_after_its_delay(failed, stack, clock, finish, emails):
    leave, first = failed
    delay = int(stack.outputs["RetryAfterSeconds"])
    assert first["Name"] == "receipt"
    details = first["StepFailedDetails"]
    assert details["Error"]["Payload"]["ErrorMessage"] == "receipt can't be done now"
    assert details["RetryDetails"]["NextAttemptDelaySeconds"] == delay

    clock.advance(seconds=delay * 0.5)
    assert leave.steps() == ["record"]
    assert emails(leave) == []
    clock.advance(seconds=delay * 0.5)
    finish(leave)

    assert leave.until_it_ends()["status"] == "approved"
    assert leave.steps() == STEPS
    second = [each for each in leave.of_type("StepStarted") if each["Name"] == "receipt"][1]
    paused = second["EventTimestamp"] - first["EventTimestamp"]
    assert paused >= timedelta(seconds=delay - 1)  # either date is a moment late
    assert emails(leave) == each_once(leave)


@pytest.mark.claim("durable-leave.one-year")
@pytest.mark.requires("time-travel")
def test_an_execution_waits_for_months_and_is_resumed(begin, clock, decide):
    leave = begin(decide_within_seconds=365 * 24 * 3600)
    callback_id = leave.until_it_waits()

    clock.advance(days=330)
    assert leave.told()["Status"] == "RUNNING"
    assert leave.status() == "pending"

    assert decide(callback_id, "approve").status_code == 200
    assert leave.until_it_ends()["status"] == leave.status() == "approved"
    told = leave.told()
    assert told["EndTimestamp"] - told["StartTimestamp"] >= timedelta(days=330)


@pytest.mark.claim("durable-leave.one-year")
@pytest.mark.requires("time-travel")
def test_past_its_execution_timeout_it_is_timed_out(begin, clock, decide):
    leave = begin(decide_within_seconds=0)  # no limit but the execution's
    callback_id = leave.until_it_waits()

    clock.advance(days=365)
    assert leave.told()["Status"] == "RUNNING"
    clock.advance(days=2)

    told = leave.told()
    assert told["Status"] == "TIMED_OUT"
    assert told["Error"]["ErrorMessage"] == "Execution timed out after 31622400 seconds."
    assert leave.status() == "pending"
    assert decide(callback_id, "approve").status_code == 400
    assert leave.steps() == STEPS[:3]
