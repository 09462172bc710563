"""Gives each node of a flowchart a layer, and each link a way through the layers.

Two axes are used until the end: `main` goes with the flow, `across` goes across it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise, product

from .geometry import Frame, node_size, text_size
from .mermaid import Flowchart, Link, Node

LABEL_PADDING = (12.0, 4.0)

Edge = tuple[str, str]


@dataclass
class Box:
    """Something that takes room: a node, a link's text, or a bend of a long link.

    `main` and `across` are its centre; `length` goes along the flow, `breadth` across it.
    """

    node: Node | None = None
    lines: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    length: float = 0.0
    breadth: float = 0.0
    layer: int = 0
    main: float = 0.0
    across: float = 0.0
    has_moved: bool = False
    before: list[Box] = field(default_factory=list)
    after: list[Box] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        """Its room: along the flow, then across it."""
        half_length, half_breadth = self.length / 2, self.breadth / 2
        return (
            self.main - half_length,
            self.across - half_breadth,
            self.main + half_length,
            self.across + half_breadth,
        )


@dataclass(frozen=True)
class Chain:
    """The boxes that a link runs through, along the flow; a link back runs against it."""

    link: Link
    boxes: list[Box]
    is_back: bool


@dataclass
class Layered:
    """A flowchart in layers.

    Attributes:
        chart: The flowchart.
        boxes: Its nodes' boxes.
        chains: Its links' ways.
        layers: All boxes, layer by layer, each in its order across the flow.
        step: Layers from a node to the next; with texts on links there is one between.
    """

    chart: Flowchart
    boxes: dict[str, Box]
    chains: list[Chain] = field(default_factory=list)
    layers: list[list[Box]] = field(default_factory=list)
    step: int = 1

    @property
    def is_horizontal(self) -> bool:
        return self.chart.direction in ("LR", "RL")

    def turned(self, size: tuple[float, float]) -> tuple[float, float]:
        """Return a width and height as length and breadth, or the other way round."""
        return size if self.is_horizontal else size[::-1]


def layered(chart: Flowchart) -> Layered:
    """Put a flowchart into layers; their order is still as it was written."""
    found = Layered(chart, {})
    for name, node in chart.nodes.items():
        length, breadth = found.turned(node_size(node))
        groups = chart.group_path(node.group)
        found.boxes[name] = Box(node=node, groups=groups, length=length, breadth=breadth)
    links = merged(chart.links)
    found.step = 2 if any(link.lines for link in links) else 1
    back = _rank(found, links)
    layers: dict[int, list[Box]] = defaultdict(list)
    for box in found.boxes.values():
        layers[box.layer].append(box)
    for link in links:
        if link.source != link.target:
            found.chains.append(_chain(found, link, link in back, layers))
    found.layers = [layers[number] for number in sorted(layers)]
    return found


def merged(links: list[Link]) -> list[Link]:
    """Join links that would lie on each other."""
    texts: dict[Link, list[str]] = {}
    for link in links:
        texts.setdefault(link.with_lines(()), []).extend(link.lines)
    return [link.with_lines(tuple(lines)) for link, lines in texts.items()]


def _rank(found: Layered, links: list[Link]) -> set[Link]:
    """Give each node a layer: after all that link to it. Return the links that lead back."""
    chart = found.chart
    edges = [
        (edge, link)
        for link in links
        for edge in product(chart.members(link.source), chart.members(link.target))
        if edge[0] != edge[1]
    ]
    back_edges = _back_edges(chart.nodes, [edge for edge, _ in edges])
    back = {link for edge, link in edges if edge in back_edges}
    forward = [edge[::-1] if link in back else edge for edge, link in edges]
    for _ in found.boxes:
        for source, target in forward:
            least = found.boxes[source].layer + found.step
            found.boxes[target].layer = max(found.boxes[target].layer, least)
    # A source belongs right before what it feeds, not at the far end.
    fed = {target for _, target in forward}
    for name, box in found.boxes.items():
        layers = [found.boxes[target].layer for source, target in forward if source == name]
        if name not in fed and layers:
            box.layer = min(layers) - found.step
    return back


def _chain(found: Layered, link: Link, is_back: bool, layers: dict[int, list[Box]]) -> Chain:
    """Run a link through a box in every layer that it crosses."""
    source, target = (link.target, link.source) if is_back else (link.source, link.target)
    # A link of a subgraph leaves from its last layer, or arrives at its first.
    first = max(_boxes_of(found, source), key=lambda box: box.layer)
    last = min(_boxes_of(found, target), key=lambda box: box.layer)
    boxes = [first]
    middle = (first.layer + last.layer) // 2
    for layer in range(first.layer + 1, last.layer):
        boxes.append(_bend(found, link.lines if layer == middle else (), layer, first, last))
        layers[layer].append(boxes[-1])
    boxes.append(last)
    for one, other in pairwise(boxes):
        one.after.append(other)
        other.before.append(one)
    return Chain(link, boxes, is_back)


def _boxes_of(found: Layered, name: str) -> list[Box]:
    return [found.boxes[member] for member in found.chart.members(name)]


def _bend(found: Layered, lines: tuple[str, ...], layer: int, first: Box, last: Box) -> Box:
    width, height = text_size(lines)
    if lines:
        width, height = width + LABEL_PADDING[0], height + LABEL_PADDING[1]
    length, breadth = found.turned((width, height))
    groups = _common(first.groups, last.groups)
    return Box(lines=lines, groups=groups, length=length, breadth=breadth, layer=layer)


def _back_edges(nodes: Iterable[str], edges: list[Edge]) -> set[Edge]:
    """Return edges whose reversal leaves no cycle: those that lead back to where we came from."""
    leaving: dict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        leaving[source].append(target)
    found: set[Edge] = set()
    done: set[str] = set()
    path: set[str] = set()

    def visit(name: str) -> None:
        path.add(name)
        for target in leaving[name]:
            if target in path:
                found.add((name, target))
            elif target not in done:
                visit(target)
        path.discard(name)
        done.add(name)

    for name in nodes:
        if name not in done:
            visit(name)
    return found


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    shared = []
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared.append(left)
    return tuple(shared)
