"""Sizes, and what an arranged flowchart is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .mermaid import Link, Node, Shape

CHARACTER = 7.0
LINE = 17.0
NODE_PADDING = (26.0, 18.0)
GROUP_PADDING, GROUP_TITLE = 16.0, 22.0

Point = tuple[float, float]
Frame = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class PlacedNode:
    """A node with its centre and size."""

    node: Node
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class PlacedLink:
    """A link with the points that it runs through, in its own direction, and its text's centre."""

    link: Link
    points: tuple[Point, ...]
    label_at: Point | None


@dataclass(frozen=True)
class PlacedGroup:
    """A subgraph's frame."""

    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Arrangement:
    """A flowchart that knows where everything is; inner subgraphs come before outer ones."""

    nodes: tuple[PlacedNode, ...]
    links: tuple[PlacedLink, ...]
    groups: tuple[PlacedGroup, ...]
    width: float
    height: float
    is_horizontal: bool


def text_size(lines: Iterable[str]) -> tuple[float, float]:
    """Return the room that a text takes, estimated without a font."""
    lines = list(lines)
    return max(map(len, lines), default=0) * CHARACTER, len(lines) * LINE


def node_size(node: Node) -> tuple[float, float]:
    """Return a node's width and height."""
    width, height = text_size(node.lines)
    width, height = width + NODE_PADDING[0], height + NODE_PADDING[1]
    if node.shape is Shape.DIAMOND:
        return width * 1.35, height * 1.7
    if node.shape is Shape.CIRCLE:
        return max(width, height), max(width, height)
    if node.shape is Shape.CYLINDER:
        return width, height + 14
    if node.shape in (Shape.HEXAGON, Shape.LEANING, Shape.STADIUM):
        return width + 16, height
    return max(width, 64.0), height


def around(frames: Iterable[Frame], padding: float = 0.0) -> Frame:
    """Return the smallest frame around others, with some room inside it."""
    lefts, tops, rights, bottoms = zip(*frames, strict=True)
    return (
        min(lefts) - padding,
        min(tops) - padding,
        max(rights) + padding,
        max(bottoms) + padding,
    )


def overlap(one: Frame, other: Frame) -> bool:
    """Say whether two frames have room in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def transposed(frame: Frame) -> Frame:
    """Return a frame with its axes exchanged."""
    left, top, right, bottom = frame
    return (top, left, bottom, right)
