"""`/_harness/clock`: what time it is, and moving it."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime, timedelta

import pytest

from harness import wire
from harness.errors import HarnessError
from harness.observe.eventually import eventually

SOON = timedelta(seconds=30)


@pytest.fixture
def ask(emulator):
    def request(method, path, body=None, **headers):
        connection = http.client.HTTPConnection(emulator.host, emulator.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or "null")

    return request


def test_the_clock_begins_with_the_machines_and_says_what_is_next(ask, aws, make_queue):
    status, state = ask("GET", wire.CLOCK_PATH)
    assert status == 200
    ahead = timedelta(microseconds=state["ahead_ns"] // 1000)
    assert abs(datetime.fromisoformat(state["now"]) - datetime.now(UTC) - ahead) < SOON

    url, _ = make_queue()
    aws("sqs").send_message(QueueUrl=url, MessageBody="later", DelaySeconds=1)
    pending = ask("GET", wire.CLOCK_PATH)[1]
    assert pending["pending"] >= 1
    assert pending["next"]["what"] == f"delay in queue {url.rpartition('/')[2]}"


def test_it_ends_exactly_where_it_was_asked_to(ask):
    moved = ask("POST", wire.ADVANCE_PATH, b'{"seconds": 3600.000000001}')[1]
    assert moved["now_ns"] - moved["from_ns"] == 3_600_000_000_001

    to = moved["now_ns"] // 10**9 + 60
    moved = ask("POST", wire.ADVANCE_PATH, json.dumps({"to": to}))[1]
    assert moved["now_ns"] == to * 10**9


def test_time_runs_on_after_a_jump(clock):
    reached = clock.advance(timedelta(days=1)).now

    def later():
        assert clock.now() > reached

    eventually(later, within=SOON)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"seconds": -1}', "can't go back"),
        (b'{"seconds": NaN}', "no number"),
        (b'{"seconds": 1e300}', "hundred years"),
        (b'{"seconds": 3153600000}', "year 2099"),
        (b'{"to": "2001-01-01T00:00:00Z"}', "can't go back"),
        (b"", "Say either"),
        (b"not JSON", "isn't JSON"),
    ],
    ids=["negative", "NaN", "huge", "beyond 2099", "past", "empty", "no JSON"],
)
def test_what_makes_no_sense_is_refused_and_moves_nothing(ask, body, said):
    before = ask("GET", wire.CLOCK_PATH)[1]["ahead_ns"]
    status, answer = ask("POST", wire.ADVANCE_PATH, body)
    assert (status, said in answer["message"]) == (400, True), answer
    assert ask("GET", wire.CLOCK_PATH)[1]["ahead_ns"] == before


def test_other_sites_cant_move_time(ask):
    assert ask("POST", wire.ADVANCE_PATH, b'{"seconds": 1}', Origin="https://example.com")[0] == 403


def test_an_advance_during_another_is_refused(create, aws, clock, in_thread):
    function = create("import time\ndef handler(event, context): time.sleep(2)")
    working = in_thread(aws("lambda").invoke, FunctionName=function)

    def begun():
        assert clock.state()["in_flight"]

    def moving():
        assert clock.state()["is_moved"]

    eventually(begun, within=SOON)
    first = in_thread(clock.advance, timedelta(minutes=1))
    eventually(moving, within=SOON)
    with pytest.raises(HarnessError, match="being moved already"):
        clock.advance(timedelta(0))
    # The first one waited for the invocation, and neither was disturbed.
    assert first.result(30).unsettled == []
    assert working.result(30)["StatusCode"] == 200


def test_resetting_an_account_cancels_its_timers_and_leaves_the_time(emulator, clock):
    account = emulator.new_account()
    sqs = emulator.client("sqs", account=account)
    url = sqs.create_queue(QueueName="doomed")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="x", DelaySeconds=900)
    before = clock.advance(timedelta(minutes=1)).now
    emulator.release_account(account)
    assert clock.now() >= before
    moved = clock.advance(timedelta(minutes=20))
    assert [one for one in moved.fired if one.account == account] == []
