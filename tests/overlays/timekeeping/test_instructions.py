"""What `advance` may be asked for."""

from __future__ import annotations

import pytest

from harness.overlays.timekeeping.instructions import Instruction, read_instruction


@pytest.mark.parametrize(
    ("body", "by_ns"),
    [
        (b'{"seconds": 60}', 60_000_000_000),
        (b'{"seconds": 0.1}', 100_000_000),
        (b'{"seconds": 0.000000001}', 1),
        (b'{"seconds": 31536000.25}', 31_536_000_250_000_000),
        (b'{"seconds": 0}', 0),
    ],
)
def test_seconds_are_exact(body, by_ns):
    assert read_instruction(body) == Instruction(by_ns, None)


@pytest.mark.parametrize(
    "body",
    [
        b'{"to": "2026-03-02T10:00:00Z"}',
        b'{"to": "2026-03-02T11:00:00+01:00"}',
        b'{"to": 1772445600}',
        b'{"to": 1772445600.0}',
    ],
)
def test_an_instant_is_one_in_every_form(body):
    assert read_instruction(body) == Instruction(None, 1_772_445_600_000_000_000)


def test_microseconds_of_an_instant_are_kept():
    wanted = read_instruction(b'{"to": "2026-03-02T10:00:00.000001Z"}')
    assert wanted.to_ns == 1_772_445_600_000_001_000


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"", "Say either", id="no body"),
        pytest.param(b"{", "isn't JSON", id="no JSON"),
        pytest.param(b"\xff", "isn't JSON", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "isn't JSON", id="nested without end"),
        pytest.param(b"[60]", "Say either", id="an array"),
        pytest.param(b"{}", "Say either", id="nothing said"),
        pytest.param(b'{"seconds": 1, "to": 2}', "Say either", id="both said"),
        pytest.param(b'{"seconds": 1, "minutes": 2}', "Unknown member 'minutes'", id="unknown"),
        pytest.param(b'{"seconds": -1}', "can't go back", id="negative"),
        pytest.param(b'{"seconds": -0.000001}', "can't go back", id="a little negative"),
        pytest.param(b'{"seconds": NaN}', "NaN is no number", id="NaN"),
        pytest.param(b'{"seconds": Infinity}', "Infinity is no number", id="infinite"),
        pytest.param(b'{"seconds": 1e300}', "hundred years", id="huge"),
        pytest.param(b'{"seconds": 1e999999999}', "hundred years", id="huge exponent"),
        pytest.param(b'{"seconds": "60"}', "is a number", id="a text"),
        pytest.param(b'{"seconds": true}', "is a number", id="a truth"),
        pytest.param(b'{"seconds": null}', "is a number", id="null"),
        pytest.param(b'{"to": "tomorrow"}', "ISO 8601", id="no instant"),
        pytest.param(b'{"to": "2026-03-02T10:00:00"}', "time zone", id="no time zone"),
        pytest.param(b'{"to": -1}', "since the epoch", id="before the epoch"),
        pytest.param(b'{"to": 1e999999999}', "since the epoch", id="an instant too far"),
        pytest.param(b'{"seconds": 1, "settle_seconds": -1}', "between 0 and 3600", id="settle"),
    ],
)
def test_what_cant_be_done_is_refused_with_the_reason(body, problem):
    with pytest.raises(ValueError, match=problem):
        read_instruction(body)
