"""Where a flowchart's parts are placed."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.report.diagrams import arrange, parse, svg_of
from harness.report.diagrams.geometry import PlacedNode
from harness.report.diagrams.placing import fitted

TWO_ACCOUNTS = """flowchart LR
  subgraph A [Account A]
    subgraph R1 [us-east-1]
      bus1{{bus}} --> rule1[rule]
    end
    subgraph R2 [eu-west-1]
      bus2{{bus}} --> rule2[rule] --> q2[(queue)]
    end
  end
  subgraph B [Account B]
    bus3{{bus}} --> q3[(queue)]
  end
  rule1 --> bus2
  rule1 -->|with bus policy| bus3
  q3 -->|retry| bus3
"""


@st.composite
def flowcharts(draw):
    """Sources of flowcharts with up to eight nodes, cycles included."""
    names = [f"n{index}" for index in range(draw(st.integers(1, 8)))]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=14))
    direction = draw(st.sampled_from(["LR", "RL", "TB", "BT"]))
    texts = draw(st.lists(st.sampled_from(["", "|text|"]), min_size=14, max_size=14))
    links = [f"{one} -->{text} {other}" for (one, other), text in zip(pairs, texts, strict=False)]
    return "\n".join([f"flowchart {direction}", *names, *links])


def overlap(one: PlacedNode, other: PlacedNode) -> bool:
    return (
        abs(one.x - other.x) < (one.width + other.width) / 2 - 0.1
        and abs(one.y - other.y) < (one.height + other.height) / 2 - 0.1
    )


@given(flowcharts())
@settings(max_examples=60, deadline=None)
def test_nodes_never_cover_each_other_and_stay_on_the_page(source):
    placed = arrange(parse(source))
    assert not [pair for pair in combinations(placed.nodes, 2) if overlap(*pair)]
    for node in placed.nodes:
        assert node.x - node.width / 2 >= 0
        assert node.x + node.width / 2 <= placed.width
        assert node.y - node.height / 2 >= 0
        assert node.y + node.height / 2 <= placed.height


@pytest.mark.parametrize(
    ("direction", "axis", "sign"),
    [("LR", "x", 1), ("RL", "x", -1), ("TB", "y", 1), ("BT", "y", -1)],
)
def test_a_chain_runs_in_the_charts_direction(direction, axis, sign):
    nodes = arrange(parse(f"flowchart {direction}\na --> b --> c")).nodes
    places = [getattr(node, axis) * sign for node in nodes]
    assert places == sorted(places)


def test_a_chain_is_a_straight_line():
    nodes = arrange(parse("flowchart LR\na --> b -->|text| c")).nodes
    assert len({round(node.y, 3) for node in nodes}) == 1


def test_no_other_node_stands_in_a_subgraphs_frame():
    chart = parse(TWO_ACCOUNTS)
    placed = arrange(chart)
    frames = {group.title: group for group in placed.groups}
    frame = frames["Account A"]
    strangers = [node for node in placed.nodes if node.node.id in ("bus3", "q3")]
    assert len(strangers) == 2
    for node in strangers:
        is_beside = node.x > frame.x + frame.width or node.x < frame.x
        is_above_or_below = node.y > frame.y + frame.height or node.y < frame.y
        assert is_beside or is_above_or_below


def test_a_subgraphs_frame_lies_within_the_one_around_it():
    frames = {group.title: group for group in arrange(parse(TWO_ACCOUNTS)).groups}
    outer, inner = frames["Account A"], frames["us-east-1"]
    assert outer.x < inner.x
    assert inner.y + inner.height < outer.y + outer.height


def test_texts_of_links_do_not_cover_each_other():
    source = "flowchart LR\n" + "\n".join(f"a -->|text number {n}| b{n}" for n in range(4))
    labels = sorted(link.label_at[1] for link in arrange(parse(source)).links)
    assert all(lower - upper >= 17 for upper, lower in pairwise(labels))


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0, 30)), min_size=1, max_size=12),
)
def test_fitted_positions_keep_order_and_distance(places):
    wanted, steps = map(list, zip(*places, strict=True))
    found = fitted(wanted, steps)
    for (upper, lower), step in zip(pairwise(found), steps[1:], strict=True):
        assert lower - upper >= step - 1e-6


def test_positions_that_fit_are_the_wanted_ones():
    assert fitted([0.0, 50.0, 100.0], [0.0, 20.0, 20.0]) == [0.0, 50.0, 100.0]


def test_a_link_to_a_subgraph_ends_at_its_frame():
    placed = arrange(parse("flowchart LR\nx --> A --> y\nsubgraph A\na --> b\nend"))
    (frame,) = placed.groups
    arriving, leaving = (
        link for link in placed.links if "A" in (link.link.source, link.link.target)
    )
    assert arriving.points[-1][0] == pytest.approx(frame.x)
    assert leaving.points[0][0] == pytest.approx(frame.x + frame.width)
    assert frame.y < arriving.points[-1][1] < frame.y + frame.height


def test_texts_are_escaped_in_the_drawing():
    drawn = svg_of('flowchart LR\na["<script>alert(1)</script>"]', 'a "title"')
    assert "<script>" not in drawn
    assert 'aria-label="a &quot;title&quot;"' in drawn
