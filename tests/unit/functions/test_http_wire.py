"""HTTP as runtime clients speak it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.functions import http_wire

POST = b"POST /x HTTP/1.1\r\nHost: h\r\nX-A: one\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nTrailer-A: t\r\n\r\n"
)


def read(data: bytes, limit: int = 100) -> http_wire.Request | None:
    reader = http_wire.Reader(limit)
    reader.feed(data)
    return reader.next_request()


def test_a_body_with_its_length():
    request = read(POST)
    assert (request.method, request.path, request.body) == ("POST", "/x", b"hello")
    assert request.headers["x-a"] == "one"
    assert request.size == 5


def test_a_body_in_chunks_with_trailers():
    request = read(CHUNKED)
    assert request.body == b"hello"
    assert request.trailers == {"trailer-a": "t"}


def test_a_request_without_a_body():
    assert read(b"GET /next HTTP/1.1\r\n\r\n").body == b""


def test_a_body_beyond_the_limit_is_counted_and_cut():
    request = read(POST, limit=2)
    assert (request.body, request.size) == (b"he", 5)


@pytest.mark.parametrize("data", [POST, CHUNKED], ids=["length", "chunks"])
@given(cut=st.integers(0, len(CHUNKED)))
def test_a_request_may_arrive_in_pieces(data, cut):
    reader = http_wire.Reader(100)
    reader.feed(data[:cut])
    early = reader.next_request()
    reader.feed(data[cut:])
    request = early or reader.next_request()
    assert request.body == b"hello"
    assert reader.next_request() is None


def test_two_requests_on_one_connection():
    reader = http_wire.Reader(100)
    reader.feed(POST + POST)
    assert [reader.next_request().body, reader.next_request().body] == [b"hello", b"hello"]


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"POST /x HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /x HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=["request line", "length", "header", "chunk size"],
)
def test_what_is_no_http_is_refused(data):
    with pytest.raises(http_wire.BadRequest):
        read(data)


def test_a_header_cannot_smuggle_another():
    written = http_wire.response(200, b"", {"A": "x\r\nB: y"})
    assert b"\r\nB:" not in written
