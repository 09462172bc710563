"""Durations as people write and read them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.errors import UsageProblem
from harness.observe.durations import duration_of, in_words

WRITTEN = {
    "90s": timedelta(seconds=90),
    "15m": timedelta(minutes=15),
    "1h30m": timedelta(minutes=90),
    "2D": timedelta(days=2),
    " 0s ": timedelta(),
}
SAID = {
    "0 s": timedelta(),
    "250 ms": timedelta(milliseconds=250),
    "5 s": timedelta(seconds=5),
    "4 min 30 s": timedelta(minutes=4, seconds=30),
    "1 h": timedelta(hours=1),
    "1 day 1 h": timedelta(days=1, hours=1, minutes=5),
    "365 days": timedelta(days=365),
    "1 h 5 min": timedelta(hours=1, minutes=5, seconds=9),
}


@pytest.mark.parametrize(("text", "duration"), WRITTEN.items(), ids=WRITTEN)
def test_a_duration_is_read(text, duration):
    assert duration_of(text) == duration


@pytest.mark.parametrize("text", ["", "15", "m", "1.5h", "15 minutes", "-5m", "1h 30m"])
def test_what_is_none_is_refused(text):
    with pytest.raises(UsageProblem, match=r"is no duration\. Write it as 90s, 15m"):
        duration_of(text)


@pytest.mark.parametrize(("words", "duration"), SAID.items(), ids=SAID)
def test_a_duration_is_said(words, duration):
    assert in_words(duration) == words
