"""Reading Mermaid's flowcharts."""

from __future__ import annotations

import pytest

from harness.report.diagrams.mermaid import Shape, UnreadableDiagram, parse, sources_in


def read(*lines: str, header: str = "flowchart LR"):
    return parse("\n".join([header, *lines]))


@pytest.mark.parametrize(
    ("header", "direction"),
    [("flowchart LR", "LR"), ("graph TD", "TB"), ("graph", "TB"), ("flowchart BT", "BT")],
)
def test_the_direction_is_the_headers(header, direction):
    assert read("a", header=header).direction == direction


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("a[Text]", Shape.BOX),
        ("a(Text)", Shape.ROUND),
        ("a([Text])", Shape.STADIUM),
        ("a[[Text]]", Shape.SUBROUTINE),
        ("a[(Text)]", Shape.CYLINDER),
        ("a((Text))", Shape.CIRCLE),
        ("a{Text}", Shape.DIAMOND),
        ("a{{Text}}", Shape.HEXAGON),
        ("a[/Text/]", Shape.LEANING),
        ('a["Text"]', Shape.BOX),
    ],
)
def test_brackets_say_the_shape(text, shape):
    node = read(text).nodes["a"]
    assert (node.shape, node.lines) == (shape, ("Text",))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a[one<br/>two<br>three]", ("one", "two", "three")),
        ('a["/aws/events (all) [x]"]', ("/aws/events (all) [x]",)),
        ("a[<b>bold</b> &amp; plain]", ("bold & plain",)),
        ("a", ("a",)),
    ],
    ids=["breaks", "brackets in quotes", "tags and entities", "no text"],
)
def test_a_nodes_text_is_what_a_reader_sees(text, lines):
    assert read(text).nodes["a"].lines == lines


@pytest.mark.parametrize(
    ("text", "label", "is_dotted", "is_thick", "has_head", "has_tail"),
    [
        ("a --> b", (), False, False, True, False),
        ("a---b", (), False, False, False, False),
        ("a -.-> b", (), True, False, True, False),
        ("a ==> b", (), False, True, True, False),
        ("a <--> b", (), False, False, True, True),
        ("a -->|says this| b", ("says this",), False, False, True, False),
        ("a -- says this --> b", ("says this",), False, False, True, False),
        ("a -. says this .-> b", ("says this",), True, False, True, False),
        ("a == says this ==> b", ("says this",), False, True, True, False),
        ('a -->|"with (brackets)"| b', ("with (brackets)",), False, False, True, False),
    ],
)
def test_a_link_says_how_it_is_drawn(text, label, is_dotted, is_thick, has_head, has_tail):
    (link,) = read(text).links
    assert (link.source, link.target, link.lines) == ("a", "b", label)
    assert (link.is_dotted, link.is_thick) == (is_dotted, is_thick)
    assert (link.head, link.has_tail) == (">" if has_head else "", has_tail)


@pytest.mark.parametrize(("text", "head"), [("a --x b", "x"), ("a --o b", "o"), ("a---ob", "o")])
def test_heads_other_than_arrows_are_told_apart(text, head):
    assert read(text).links[0].head == head


def test_a_link_may_lead_to_a_subgraph_that_is_written_later():
    chart = read("a --> pool", "subgraph pool [The pool]", "b & c", "end")
    assert list(chart.nodes) == ["a", "b", "c"]
    assert chart.members("pool") == ["b", "c"]


def test_links_chain_and_fan_out():
    chart = read("a & b --> c --> d & e")
    ends = [(link.source, link.target) for link in chart.links]
    assert ends == [("a", "c"), ("b", "c"), ("c", "d"), ("c", "e")]


def test_a_node_is_described_where_it_first_has_a_text():
    chart = read("a --> b", "b[(Table)]", "b --> c")
    assert chart.nodes["b"].shape is Shape.CYLINDER


def test_subgraphs_hold_nodes_and_other_subgraphs():
    chart = read("subgraph A [Account A]", "subgraph R", "a --> b", "end", "c", "end", "c --> d")
    groups = {name: node.group for name, node in chart.nodes.items()}
    inner = groups["a"]
    assert groups == {"a": inner, "b": inner, "c": "A", "d": None}
    assert chart.group_path(inner) == ("A", inner)
    assert [group.title for group in chart.groups.values()] == ["Account A", "R"]


def test_styling_and_comments_are_passed_over():
    chart = read("%% a comment", "a:::red --> b", "classDef red fill:#f00", "style a fill:#fff")
    assert list(chart.nodes) == ["a", "b"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("sequenceDiagram\nA->>B: hello", "not a flowchart: sequenceDiagram"),
        ("", "not a flowchart: empty"),
        ("flowchart LR\na[never closed", "no ] after"),
        ("flowchart LR\na -> b", "unclear from here"),
        ("flowchart LR\nend", "an end without its subgraph"),
        ("flowchart LR\nsubgraph A\nx\nend\nx --> A", "a link within a subgraph: x to A"),
        ("flowchart LR\nsubgraph A\nend\ny --> A", "a link of an empty subgraph: y to A"),
    ],
    ids=[
        "another kind",
        "empty",
        "open bracket",
        "unknown link",
        "stray end",
        "own subgraph",
        "empty subgraph",
    ],
)
def test_what_is_not_read_is_said(source, said):
    with pytest.raises(UnreadableDiagram, match=r".") as refusal:
        parse(source)
    assert said in str(refusal.value)


def test_the_blocks_of_a_readme_are_found():
    text = "# T\n\n```mermaid\nflowchart LR\na --> b\n```\n\n```python\nx\n```\n"
    assert sources_in(text) == ["flowchart LR\na --> b\n"]
