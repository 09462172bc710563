"""The manager decides, thinks, or doesn't answer at all."""

from __future__ import annotations

from datetime import timedelta

import pytest

LATE = {
    "error": "CallbackTimeoutException",
    "message": "The callback is either timed out or already completed",
}
OUTCOMES = {"approve": "approved", "reject": "rejected"}


def decided(decision):
    return pytest.mark.claim(f"durable-leave.{decision}")


@pytest.mark.parametrize(
    ("decision", "status", "callback"),
    [
        pytest.param("approve", "approved", "CallbackSucceeded", marks=decided("approve")),
        pytest.param("reject", "rejected", "CallbackFailed", marks=decided("reject")),
    ],
)
def test_a_decision_ends_the_request(ask, decide, emails, decision, status, callback):
    leave, other = ask(), ask()
    other.until_it_waits()
    callback_id = leave.until_it_waits()
    asked = ["Leave request received", f"Leave request from {leave.employee}"]
    assert emails(leave) == asked

    response = decide(callback_id, decision)

    assert (response.status_code, response.json()) == (200, {"decision": decision})
    assert leave.until_it_ends()["status"] == status
    assert leave.status() == status
    assert len(leave.of_type(callback)) == 1
    assert leave.steps()[-2:] == ["status", "notice"]
    assert emails(leave) == [*asked, f"Leave request {status}"]
    assert other.status() == "pending"


@pytest.mark.claim("durable-leave.expire")
def test_a_request_that_nobody_decides_expires(ask, clock, emails, patience):
    leave = ask()
    leave.until_it_waits()

    clock.advance(seconds=patience.total_seconds() * 0.8)
    assert leave.status() == "pending"
    assert len(emails(leave)) == 2
    clock.advance(seconds=patience.total_seconds() * 0.2)

    result = leave.until_it_ends()
    assert result["status"] == leave.status() == "expired"
    # The SDK's error, and its words.
    assert result["cause"] == "CallableRuntimeError: Callback timed out"
    [timed_out] = leave.of_type("CallbackTimedOut")
    error = timed_out["CallbackTimedOutDetails"]["Error"]["Payload"]
    assert error["ErrorType"] == "Callback.Timeout"
    assert emails(leave)[2:] == ["Leave request expired"]


@pytest.fixture
def heartbeat(clock) -> timedelta:
    """Within which a manager who thinks has to say so."""
    return clock.shortened(timedelta(minutes=1), to=timedelta(seconds=10))


@pytest.mark.claim("durable-leave.heartbeat")
def test_without_a_heartbeat_a_request_expires_earlier(begin, clock, patience, heartbeat):
    assert heartbeat < patience / 2
    leave = begin(heartbeat_seconds=int(heartbeat.total_seconds()))
    leave.until_it_waits()

    clock.advance(seconds=heartbeat.total_seconds())

    assert leave.until_it_ends()["status"] == "expired"
    [timed_out] = leave.of_type("CallbackTimedOut")
    error = timed_out["CallbackTimedOutDetails"]["Error"]["Payload"]
    assert error["ErrorType"] == "Callback.Heartbeat"
    [started] = leave.of_type("CallbackStarted")
    assert timed_out["EventTimestamp"] - started["EventTimestamp"] < patience


@pytest.mark.claim("durable-leave.heartbeat")
def test_a_heartbeat_keeps_a_request_alive(begin, clock, decide, heartbeat):
    leave = begin(heartbeat_seconds=int(heartbeat.total_seconds()))
    callback_id = leave.until_it_waits()

    for _ in range(2):  # together longer than one limit
        clock.advance(seconds=heartbeat.total_seconds() * 0.6)
        assert decide(callback_id, "think").status_code == 200
    assert leave.status() == "pending"

    assert decide(callback_id, "approve").status_code == 200
    assert leave.until_it_ends()["status"] == "approved"


@pytest.mark.claim("durable-leave.unknown-callback")
@pytest.mark.parametrize("decision", ["approve", "reject", "think"])
def test_an_unknown_callback_id_is_an_error_that_the_caller_sees(decide, decision):
    response = decide("abcd", decision)

    assert response.status_code == 400
    assert response.json() == {
        "error": "InvalidParameterValueException",
        "message": "Invalid callback id",
    }


@pytest.mark.claim("durable-leave.unknown-callback")
@pytest.mark.parametrize("first", ["approve", "reject"])
@pytest.mark.parametrize("second", ["approve", "reject"])
def test_a_second_decision_is_an_error_and_changes_nothing(ask, decide, first, second):
    leave = ask()
    callback_id = leave.until_it_waits()
    assert decide(callback_id, first).status_code == 200

    response = decide(callback_id, second)

    assert (response.status_code, response.json()) == (400, LATE)
    assert leave.until_it_ends()["status"] == OUTCOMES[first]


@pytest.mark.claim("durable-leave.unknown-callback")
def test_a_decision_that_comes_too_late_is_an_error_and_changes_nothing(
    ask, decide, clock, patience
):
    leave = ask()
    callback_id = leave.until_it_waits()
    clock.advance(seconds=patience.total_seconds())
    leave.until_it_ends()

    response = decide(callback_id, "approve")

    assert (response.status_code, response.json()) == (400, LATE)
    assert leave.status() == "expired"


def test_a_decision_without_sense_is_refused(stack, http):
    for body in ({"callback_id": "abcd"}, {"callback_id": "abcd", "decision": "perhaps"}, []):
        response = http.post(stack.outputs["DecisionUrl"], json=body)
        assert response.status_code == 400
        assert "approve, reject or think" in response.json()["message"]
