"""What a timeline says in words."""

from __future__ import annotations

from harness.observe.durable.folding import timeline_of
from harness.observe.durable.wording import in_lines, summary_of

from .conftest import START, History, at, execution


def test_a_timeline_is_told_line_by_line(leave):
    timeline = timeline_of(execution(), leave().events, now=at(days=90, minutes=3))
    assert list(in_lines(timeline)) == [
        "leave-42 · process:$LATEST: RUNNING for 90 days, 3 invocations,"
        " suspended since 2026-05-31 10:01:02",
        "  2026-03-02 10:00:00 it began",
        "  +500 ms        store [step]: succeeded",
        "  +600 ms        charge [step]: succeeded after 2 attempts (Busy)",
        "  +1 min 1 s     three-months [wait]: succeeded",
        "  +90 days       approval [wait for callback]: running",
        "  +90 days         callback [callback]: waiting until 2026-05-31 10:06:01",
    ]


def test_what_is_left_out_is_counted():
    told = History().add("ExecutionStarted", START)
    for number in range(5):
        told.step(f"step-{number}", at(seconds=number))
    timeline = timeline_of(execution(), told.events)
    assert list(in_lines(timeline, most=3))[-1] == "  and 2 more operations"


def test_an_end_has_its_status_and_error(history):
    history.step("store", at(seconds=1)).invoked(START, at(seconds=2))
    told = execution("FAILED", at(seconds=2), Error={"ErrorType": "Busy"})
    assert summary_of(timeline_of(told, history.events)) == "FAILED (Busy) in 2 s, 1 invocation"
