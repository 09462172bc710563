"""Places the boxes of a flowchart's layers, and frames its subgraphs."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from .geometry import (
    GROUP_PADDING,
    GROUP_TITLE,
    Frame,
    around,
    overlap,
    text_size,
    transposed,
)
from .layers import Box, Layered

LAYER_GAP, SIBLING_GAP, GROUP_GAP = 46.0, 22.0, 34.0
SWEEPS, LAST_SWEEPS = 24, 4


def place(found: Layered) -> None:
    """Give each box its centre."""
    _place_across(found)
    _place_along(found)
    if found.chart.groups:
        _separate(found)


def frames_of(found: Layered) -> dict[str, Frame]:
    """Return the subgraphs' frames, along the flow and across it; inner ones first."""
    frames: dict[str, Frame] = {}
    chart = found.chart
    for name in sorted(chart.groups, key=lambda name: -len(chart.group_path(name))):
        inside = [box.frame for box in found.boxes.values() if box.groups[-1:] == (name,)]
        inside += [frames[other] for other in frames if chart.groups[other].parent == name]
        if inside:
            frames[name] = _frame(found, around(inside, GROUP_PADDING), chart.groups[name].title)
    return frames


def fitted(wanted: list[float], steps: list[float]) -> list[float]:
    """Return the positions nearest to the wanted ones, in this order and far enough apart.

    Args:
        wanted: Where each would like to be.
        steps: The least distance of each from the one before it; the first is ignored.
    """
    offsets = [sum(steps[1 : index + 1]) for index in range(len(wanted))]
    # Without the distances it is isotonic regression: neighbours that violate it share their mean.
    pools: list[tuple[float, int]] = []
    for value in (want - offset for want, offset in zip(wanted, offsets, strict=True)):
        pools.append((value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (left, many), (right, more) = pools[-2:]
            pools[-2:] = [((left * many + right * more) / (many + more), many + more)]
    values = [mean for mean, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(values, offsets, strict=True)]


def _place_across(found: Layered) -> None:
    """Pull each box towards its neighbours, as far as its layer lets it."""
    for layer in found.layers:
        _put(layer, [0.0] * len(layer))
    for sweep in range(SWEEPS):
        for layer in found.layers if sweep % 2 == 0 else found.layers[::-1]:
            _put(layer, [_wish(box, sweep) for box in layer])


def _put(layer: list[Box], wanted: list[float]) -> None:
    for box, across in zip(layer, fitted(wanted, _steps(layer)), strict=True):
        box.across = across


def _wish(box: Box, sweep: int) -> float:
    """Return where a box wants to be: at those before it, those after it, and at last at both."""
    if sweep >= SWEEPS - LAST_SWEEPS:
        near = box.before + box.after
    else:
        near = box.before if sweep % 2 == 0 else box.after
    return sum(other.across for other in near) / len(near) if near else box.across


def _steps(layer: list[Box]) -> list[float]:
    steps = [0.0]
    for one, other in pairwise(layer):
        gap = SIBLING_GAP if one.node or other.node else SIBLING_GAP / 2
        apart = len(set(one.groups) ^ set(other.groups))
        steps.append((one.breadth + other.breadth) / 2 + gap + apart * GROUP_GAP)
    return steps


def _place_along(found: Layered) -> None:
    main = 0.0
    for layer, following in pairwise([*found.layers, []]):
        length = max((box.length for box in layer), default=0.0)
        for box in layer:
            box.main = main + length / 2
        main += length + _gap(layer, following)


def _gap(layer: list[Box], following: list[Box]) -> float:
    has_text = any(box.lines for box in (*layer, *following))
    borders = max(
        (len(set(box.groups) ^ set(other.groups)) for box in layer for other in box.after),
        default=0,
    )
    return LAYER_GAP * (0.5 if has_text else 1.0) + borders * GROUP_PADDING


def _separate(found: Layered) -> None:
    """Move whole subgraphs, and nodes outside of any, out of the frames of other subgraphs."""
    blocks: dict[str, list[Box]] = defaultdict(list)
    for name, box in found.boxes.items():
        blocks[box.groups[0] if box.groups else f"node {name}"].append(box)
    loose: list[tuple[Box, tuple[Box, Box]]] = []
    for chain in found.chains:
        for bend in chain.boxes[1:-1]:
            if bend.groups:
                blocks[bend.groups[0]].append(bend)
            else:
                loose.append((bend, (chain.boxes[0], chain.boxes[-1])))
    placed: list[Frame] = []
    for name in sorted(blocks, key=lambda name: _mean_across(blocks[name])):
        frame = frames_of(found).get(name) or blocks[name][0].frame
        down = max(
            (other[3] + SIBLING_GAP - frame[1] for other in placed if overlap(frame, other)),
            default=0.0,
        )
        for box in blocks[name]:
            box.across += down
            box.has_moved = down > 0
        placed.append((frame[0], frame[1] + down, frame[2], frame[3] + down))
    torn = [bend for bend, ends in loose if any(end.has_moved for end in ends)]
    for _ in range(SWEEPS):
        for bend in torn:
            near = bend.before + bend.after
            bend.across = sum(box.across for box in near) / len(near)
    by_layer: dict[int, list[Box]] = defaultdict(list)
    for bend in sorted(torn, key=lambda bend: bend.across):
        by_layer[bend.layer].append(bend)
    for layer in by_layer.values():
        _put(layer, [bend.across for bend in layer])


def _frame(found: Layered, inside: Frame, title: str) -> Frame:
    """Make room for a title, which stands at the top whatever the flow's direction."""
    left, top, right, bottom = inside if found.is_horizontal else transposed(inside)
    missing = max(0.0, text_size([title])[0] + 2 * GROUP_PADDING - (right - left)) / 2
    frame = (left - missing, top - GROUP_TITLE, right + missing, bottom)
    return frame if found.is_horizontal else transposed(frame)


def _mean_across(boxes: list[Box]) -> float:
    return sum(box.across for box in boxes) / len(boxes)
