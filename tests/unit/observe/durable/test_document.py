"""Timelines in JSON: what is written is read back, and nothing else is."""

from __future__ import annotations

import json

import pytest

from harness.observe.durable.bounding import Bounds, bounded
from harness.observe.durable.document import MalformedTimeline, as_document, from_document
from harness.observe.durable.folding import timeline_of

from .conftest import at, execution


@pytest.fixture
def timeline(leave):
    return timeline_of(execution(), leave().events, now=at(days=91))


def test_a_timeline_survives_json(timeline):
    assert from_document(json.loads(json.dumps(as_document(timeline)))) == timeline


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": 1}, "not of type str"),
        ({"start": "yesterday"}, "not an instant"),
        ({"start": "2026-03-02T10:00:00"}, "no time zone"),
        ({"is_cut": 1}, "not of type bool"),
        ({"operations": {}}, "not of type list"),
        ({"operations": [1]}, "not a mapping"),
        ({"operations": [{}]}, "id is missing"),
        ({"left_out": True}, "not of type int"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_no_timeline_was_written_to_is_refused(timeline, change, complaint):
    with pytest.raises(MalformedTimeline, match=complaint):
        from_document(as_document(timeline) | change)


@pytest.mark.parametrize("value", ["ruined", None, 3])
def test_a_state_is_one_of_ours(timeline, value):
    document = as_document(timeline)
    document["operations"][0]["state"] = value
    with pytest.raises(MalformedTimeline, match="not a state"):
        from_document(document)


def test_a_bounded_timeline_counts_what_it_leaves_out(timeline):
    small = bounded(timeline, Bounds(operations=2, attempts=1, invocations=1))
    assert [one.name for one in small.operations] == ["store", "charge"]
    assert small.left_out == 3
    assert (small.operations[1].left_out, small.operations[1].attempt_count) == (1, 2)
    assert (len(small.invocations), small.is_cut) == (1, True)
    assert bounded(timeline, Bounds(100, 100, 100)) == timeline
