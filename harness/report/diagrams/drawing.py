"""Draws an arranged flowchart as SVG. Colours are the page's: CSS variables, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise

from .geometry import (
    GROUP_PADDING,
    LINE,
    Arrangement,
    PlacedGroup,
    PlacedLink,
    PlacedNode,
    Point,
    text_size,
)
from .mermaid import Shape

ARROW = 7.0


def draw(arrangement: Arrangement, title: str) -> str:
    """Return an arrangement as an SVG element.

    Args:
        arrangement: What to draw.
        title: What it shows, for those who don't see it.
    """
    width, height = arrangement.width, arrangement.height
    parts = [
        f'<svg class="diagram" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
        # On a narrow page it is scrolled rather than shrunk beyond reading.
        f' height="{height:.0f}" style="min-width:min({width:.0f}px,640px)"'
        f' role="img" aria-label="{escape(title)}">',
        *(_group(group) for group in arrangement.groups[::-1]),
        *(part for link in arrangement.links for part in _link(link, arrangement.is_horizontal)),
        *(_group_title(group) for group in arrangement.groups),
        *(part for node in arrangement.nodes for part in _node(node)),
        "</svg>",
    ]
    return "\n".join(parts)


def _group(group: PlacedGroup) -> str:
    return (
        f'<rect class="group" x="{group.x:.1f}" y="{group.y:.1f}" width="{group.width:.1f}"'
        f' height="{group.height:.1f}" rx="10"/>'
    )


def _group_title(group: PlacedGroup) -> str:
    return (
        f'<text class="group-title" x="{group.x + GROUP_PADDING:.1f}" y="{group.y + 20:.1f}">'
        f"{escape(group.title)}</text>"
    )


def _link(placed: PlacedLink, is_horizontal: bool) -> Iterator[str]:
    points = list(placed.points)
    if placed.link.head:
        yield _head(placed.link.head, points[-2], points[-1], is_horizontal)
        points[-1] = _shortened(points[-2], points[-1], is_horizontal)
    if placed.link.has_tail:
        yield _arrow(points[1], points[0], is_horizontal)
        points[0] = _shortened(points[1], points[0], is_horizontal)
    style = " dotted" if placed.link.is_dotted else " thick" if placed.link.is_thick else ""
    yield f'<path class="link{style}" d="{_curve(points, is_horizontal)}"/>'
    if placed.label_at is not None:
        yield from _label(placed.label_at, placed.link.lines)


def _curve(points: list[Point], is_horizontal: bool) -> str:
    """Run through the points, at each along the flow."""
    path = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for (x1, y1), (x2, y2) in pairwise(points):
        if is_horizontal:
            middle = (x1 + x2) / 2
            bends = f"{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f}"
        else:
            middle = (y1 + y2) / 2
            bends = f"{x1:.1f},{middle:.1f} {x2:.1f},{middle:.1f}"
        path.append(f"C{bends} {x2:.1f},{y2:.1f}")
    return " ".join(path)


def _head(kind: str, before: Point, tip: Point, is_horizontal: bool) -> str:
    if kind == ">":
        return _arrow(before, tip, is_horizontal)
    x, y = _shortened(before, tip, is_horizontal)
    if kind == "o":
        return f'<circle class="arrow" cx="{x:.1f}" cy="{y:.1f}" r="{ARROW / 2:.1f}"/>'
    half = ARROW * 0.6
    return (
        f'<path class="cross" d="M{x - half:.1f},{y - half:.1f} L{x + half:.1f},{y + half:.1f}'
        f' M{x - half:.1f},{y + half:.1f} L{x + half:.1f},{y - half:.1f}"/>'
    )


def _arrow(before: Point, tip: Point, is_horizontal: bool) -> str:
    x, y = tip
    if is_horizontal:
        back = x - ARROW if before[0] <= x else x + ARROW
        corners = [(x, y), (back, y - ARROW * 0.55), (back, y + ARROW * 0.55)]
    else:
        back = y - ARROW if before[1] <= y else y + ARROW
        corners = [(x, y), (x - ARROW * 0.55, back), (x + ARROW * 0.55, back)]
    return f'<polygon class="arrow" points="{_points(corners)}"/>'


def _shortened(before: Point, tip: Point, is_horizontal: bool) -> Point:
    """End a line inside its arrow, whose tip it would blunt."""
    x, y = tip
    if is_horizontal:
        return (x - ARROW * 0.8 if before[0] <= x else x + ARROW * 0.8, y)
    return (x, y - ARROW * 0.8 if before[1] <= y else y + ARROW * 0.8)


def _label(at: Point, lines: tuple[str, ...]) -> Iterator[str]:
    width, height = text_size(lines)
    width, height = width * 0.92 + 10, height + 2
    yield (
        f'<rect class="label-ground" x="{at[0] - width / 2:.1f}" y="{at[1] - height / 2:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}" rx="4"/>'
    )
    yield from _text(at, lines, "label")


def _text(at: Point, lines: tuple[str, ...], style: str) -> Iterator[str]:
    x, y = at
    top = y - (len(lines) - 1) * LINE / 2
    for index, line in enumerate(lines):
        yield (
            f'<text class="{style}" x="{x:.1f}" y="{top + index * LINE:.1f}"'
            f' text-anchor="middle" dominant-baseline="central">{escape(line)}</text>'
        )


def _node(placed: PlacedNode) -> Iterator[str]:
    shape = placed.node.shape
    left, top = placed.x - placed.width / 2, placed.y - placed.height / 2
    right, bottom = placed.x + placed.width / 2, placed.y + placed.height / 2
    text_at = (placed.x, placed.y)
    if shape is Shape.DIAMOND:
        yield _polygon([(placed.x, top), (right, placed.y), (placed.x, bottom), (left, placed.y)])
    elif shape is Shape.HEXAGON:
        yield _polygon(
            [
                (left, placed.y),
                (left + 14, top),
                (right - 14, top),
                (right, placed.y),
                (right - 14, bottom),
                (left + 14, bottom),
            ]
        )
    elif shape is Shape.LEANING:
        yield _polygon([(left + 12, top), (right, top), (right - 12, bottom), (left, bottom)])
    elif shape is Shape.CIRCLE:
        yield (
            f'<circle class="node" cx="{placed.x:.1f}" cy="{placed.y:.1f}"'
            f' r="{placed.width / 2:.1f}"/>'
        )
    elif shape is Shape.CYLINDER:
        half = placed.width / 2
        yield (
            f'<path class="node" d="M{left:.1f},{top + 7:.1f} a{half:.1f},7 0 0 1 {2 * half:.1f},0'
            f" V{bottom - 7:.1f} a{half:.1f},7 0 0 1 {-2 * half:.1f},0 Z"
            f' M{left:.1f},{top + 7:.1f} a{half:.1f},7 0 0 0 {2 * half:.1f},0"/>'
        )
        text_at = (placed.x, placed.y + 5)
    else:
        yield _rectangle(placed, left, top)
    if shape is Shape.SUBROUTINE:
        for x in (left + 6, right - 6):
            yield f'<path class="link" d="M{x:.1f},{top:.1f} V{bottom:.1f}"/>'
    yield from _text(text_at, placed.node.lines, "text")


def _rectangle(placed: PlacedNode, left: float, top: float) -> str:
    radius = {Shape.STADIUM: placed.height / 2, Shape.ROUND: 12.0, Shape.SUBROUTINE: 2.0}
    return (
        f'<rect class="node {placed.node.shape.name.lower()}" x="{left:.1f}" y="{top:.1f}"'
        f' width="{placed.width:.1f}" height="{placed.height:.1f}"'
        f' rx="{radius.get(placed.node.shape, 6.0):.1f}"/>'
    )


def _polygon(corners: list[Point]) -> str:
    return f'<polygon class="node" points="{_points(corners)}"/>'


def _points(corners: list[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
