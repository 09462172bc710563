"""From bytes of a pipe to log events."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.functions.log_stream import LogEvent, LogStream, as_text

TEXT = b"\xa5\x5a\x00\x03"


def frame(message: str, *, timestamp_us: int = 5_000, kind: bytes = TEXT) -> bytes:
    content = message.encode()
    return kind + len(content).to_bytes(4, "big") + timestamp_us.to_bytes(8, "big") + content


@pytest.fixture
def stream() -> LogStream:
    return LogStream(lambda: 1)


def messages(stream: LogStream) -> list[str]:
    return [event.message for event in stream.take()]


def test_each_line_is_an_event(stream):
    stream.feed(b"one\ntwo\n\nthree")
    assert messages(stream) == ["one\n", "two\n", "\n"]


def test_a_carriage_return_keeps_lines_together(stream):
    stream.feed(b"one\rtwo\n")
    assert messages(stream) == ["one\rtwo\n"]


def test_a_frame_is_one_event_with_its_own_time(stream):
    stream.feed(frame("one\ntwo", timestamp_us=7_654_321))
    assert stream.take() == [LogEvent(7654, "one\ntwo")]


def test_text_before_a_frame_is_complete(stream):
    stream.feed(b"unended" + frame("framed") + b"after\n")
    assert messages(stream) == ["unended", "framed", "after\n"]


def test_the_platforms_lines_come_after_unended_text(stream):
    stream.feed(b"unended")
    stream.add("END\nREPORT\n")
    assert messages(stream) == ["unended", "END\n", "REPORT\n"]


def test_the_exit_report_is_no_event(stream):
    stream.feed(b"last words\n" + frame('{"exit": 3}', kind=b"\xa5\x5a\xff\xff"))
    assert messages(stream) == ["last words\n"]
    assert stream.exit_report == {"exit": 3}


def test_broken_utf_8_is_replaced(stream):
    stream.feed(b"a\xffb\n")
    assert messages(stream) == ["a\ufffdb\n"]


def test_events_as_text_are_on_lines_of_their_own():
    events = [LogEvent(1, "a\n"), LogEvent(1, "b"), LogEvent(1, "c\n")]
    assert as_text(events) == "a\nb\nc\n"


pieces = st.lists(
    st.one_of(
        st.text(max_size=9).map(lambda text: ("line", text.replace("\n", "") + "\n")),
        st.text(min_size=1, max_size=9).map(lambda text: ("frame", text)),
    )
)


@given(written=pieces, cuts=st.lists(st.integers(0, 200)))
def test_events_dont_depend_on_how_the_bytes_arrive(written, cuts):
    data = b"".join(frame(text) if kind == "frame" else text.encode() for kind, text in written)
    stream = LogStream(lambda: 1)
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    for start, end in itertools.pairwise(edges):
        stream.feed(data[start:end])
    assert messages(stream) == [text for _, text in written]
