"""Arranges a flowchart, after Sugiyama: layers, their order, places.

A link with a text runs through a box for that text in a layer of its own, so that texts never
cover each other.
"""

from __future__ import annotations

from collections.abc import Callable

from .geometry import (
    Arrangement,
    Frame,
    PlacedGroup,
    PlacedLink,
    PlacedNode,
    Point,
    around,
    node_size,
)
from .layers import Box, Chain, Layered, layered
from .mermaid import Flowchart
from .ordering import order
from .placing import frames_of, place

MARGIN = 6.0
BESIDE = 7.0
"""How far links that answer each other keep from their nodes' middle."""
INSET = 24.0
"""How far a link keeps from the corners of a subgraph that it leads to."""

Turn = Callable[[float, float], Point]


def arrange(chart: Flowchart) -> Arrangement:
    """Place a flowchart."""
    found = layered(chart)
    order(found)
    place(found)
    return _turned(found)


def _turned(found: Layered) -> Arrangement:
    """Turn the flow's axes into the page's."""
    frames = frames_of(found)
    boxes = [box.frame for layer in found.layers for box in layer]
    start, left, end, right = around([*boxes, *frames.values()] or [(0, 0, 0, 0)], MARGIN)
    is_reversed = found.chart.direction in ("RL", "BT")

    def turn(main: float, across: float) -> Point:
        along = end - main if is_reversed else main - start
        return (along, across - left) if found.is_horizontal else (across - left, along)

    width, height = turn(start if is_reversed else end, right)
    return Arrangement(
        nodes=tuple(_node(box, turn) for box in found.boxes.values()),
        links=tuple(_link(found, chain, frames, turn) for chain in found.chains),
        groups=tuple(
            _group(found.chart.groups[name].title, frame, turn) for name, frame in frames.items()
        ),
        width=width,
        height=height,
        is_horizontal=found.is_horizontal,
    )


def _node(box: Box, turn: Turn) -> PlacedNode:
    assert box.node is not None
    return PlacedNode(box.node, *turn(box.main, box.across), *node_size(box.node))


def _group(title: str, frame: Frame, turn: Turn) -> PlacedGroup:
    (x1, y1), (x2, y2) = turn(*frame[:2]), turn(*frame[2:])
    return PlacedGroup(title, min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))


def _link(found: Layered, chain: Chain, frames: dict[str, Frame], turn: Turn) -> PlacedLink:
    link, (first, *bends, last) = chain.link, chain.boxes
    # Two nodes that link to each other would have both links on one line.
    is_answered = any(
        (other.link.source, other.link.target) == (link.target, link.source)
        for other in found.chains
    )
    kept = [bend for bend in bends if is_answered or _is_needed(found, bend)]
    shift = (BESIDE if chain.is_back else -BESIDE) if is_answered and not kept else 0.0
    source, target = (link.target, link.source) if chain.is_back else (link.source, link.target)
    nearest, farthest = (kept[0], kept[-1]) if kept else (last, first)
    leaving = frames.get(source) or first.frame
    arriving = frames.get(target) or last.frame
    points = [turn(leaving[2], _port(source in frames, leaving, nearest) + shift)]
    for bend in kept:
        before, _, after, _ = bend.frame
        points += [turn(main, bend.across) for main in dict.fromkeys((before, after))]
    points.append(turn(arriving[0], _port(target in frames, arriving, farthest) + shift))
    label = next((turn(bend.main, bend.across) for bend in kept if bend.lines), None)
    return PlacedLink(link, tuple(points[::-1] if chain.is_back else points), label)


def _is_needed(found: Layered, bend: Box) -> bool:
    """Say whether a link has to wind: between nodes, at its own text, and around others' texts."""
    if bend.lines or bend.layer % found.step == 0:
        return True
    straight = sum(box.across for box in (*bend.before, *bend.after)) / 2
    near = max(BESIDE, abs(bend.across - straight)) + BESIDE
    return any(
        box.lines and abs(box.across - straight) < box.breadth / 2 + near
        for layer in found.layers
        for box in layer
        if box.layer == bend.layer
    )


def _port(is_group: bool, frame: Frame, towards: Box) -> float:
    """Return where a link touches a node or subgraph: a node's middle, a frame where it's near."""
    _, top, _, bottom = frame
    if not is_group or bottom - top < 2 * INSET:
        return (top + bottom) / 2
    return min(max(towards.across, top + INSET), bottom - INSET)
