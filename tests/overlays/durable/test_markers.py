"""Pages and their markers: rules without an emulator."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.overlays.durable import markers

DAY = 24 * 60 * 60


@given(
    items=st.lists(st.integers(0, markers.MOST_BYTES + 10), max_size=40),
    most=st.integers(0, 12),
)
def test_the_pages_together_are_all_items_and_each_fits(items, most):
    seen, marker = [], None
    while True:
        start = markers.position_in(marker, 0)
        page, marker = markers.page(items, start=start, most=most, now=0, size=lambda item: item)
        assert len(page) <= (most or markers.DEFAULT_ITEMS)
        assert len(page) == 1 or sum(page) <= markers.MOST_BYTES
        seen += page
        if marker is None:
            break
        assert page
    assert seen == items


def test_a_marker_is_good_for_a_day():
    marker = markers.marker(7, now=1000.0)
    assert markers.position_in(marker, 1000.0 + DAY) == 7
    with pytest.raises(markers.InvalidMarkerError):
        markers.position_in(marker, 1001.0 + DAY)


@pytest.mark.parametrize("text", ["x", "ö", "W10=", "WzEsIDJ9", "Wy0xLCAwXQ=="])
def test_a_marker_that_is_none_is_refused(text):
    with pytest.raises(markers.InvalidMarkerError):
        markers.position_in(text, 0)
