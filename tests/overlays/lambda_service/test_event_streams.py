"""The framing of event streams, read back by botocore."""

from __future__ import annotations

from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.lambda_service.event_streams import event, message

texts = st.text(max_size=50)


@given(headers=st.dictionaries(st.text(min_size=1, max_size=20), texts), payload=st.binary())
def test_a_message_is_read_as_it_was_written(headers, payload):
    buffer = EventStreamBuffer()
    buffer.add_data(message(headers, payload))
    (read,) = buffer
    assert read.headers == headers
    assert read.payload == payload


def test_an_event_tells_its_kind():
    buffer = EventStreamBuffer()
    buffer.add_data(event("PayloadChunk", "application/octet-stream", b"hello"))
    (read,) = buffer
    assert read.headers[":event-type"] == "PayloadChunk"
    assert read.headers[":message-type"] == "event"
