"""Places a flowchart's nodes in layers, after Sugiyama: rank, order, align.

Everything is computed along two axes, the flow's (`main`) and the one across it, and turned into
x and y at the end. A link with a text runs through a box for that text in a layer of its own, so
that texts never cover each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from .mermaid import Flowchart, Link, Node, Shape

CHARACTER = 7.0
LINE = 17.0
NODE_PADDING = (26.0, 18.0)
LAYER_GAP, SIBLING_GAP, GROUP_GAP = 46.0, 22.0, 34.0
GROUP_PADDING, GROUP_TITLE = 16.0, 22.0
MARGIN = 6.0
SWEEPS = 24

Point = tuple[float, float]
Frame = tuple[float, float, float, float]


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
    """A flowchart that knows where everything is."""

    nodes: tuple[PlacedNode, ...]
    links: tuple[PlacedLink, ...]
    groups: tuple[PlacedGroup, ...]
    width: float
    height: float
    is_horizontal: bool


def arrange(chart: Flowchart) -> Arrangement:
    """Place a flowchart."""
    return _Layout(chart).arranged()


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


class _Layout:
    def __init__(self, chart: Flowchart) -> None:
        self._chart = chart
        self._is_horizontal = chart.direction in ("LR", "RL")
        self._boxes = {name: self._box_of(node) for name, node in chart.nodes.items()}
        self._links = _merged(chart.links)
        self._chains: list[tuple[Link, list[Box], bool]] = []
        self._layers: list[list[Box]] = []

    def arranged(self) -> Arrangement:
        self._rank()
        self._chain()
        self._order()
        self._align()
        self._separate()
        return self._turned()

    def _box_of(self, node: Node) -> Box:
        width, height = node_size(node)
        length, breadth = (width, height) if self._is_horizontal else (height, width)
        groups = self._chart.group_path(node.group)
        return Box(node=node, groups=groups, length=length, breadth=breadth)

    def _rank(self) -> None:
        """Give each node a layer: after all that link to it, cycles cut at their way back."""
        self._step = step = 2 if any(link.lines for link in self._links) else 1
        self._back = _back_links(self._chart.nodes, self._links)
        forward = [
            (link.target, link.source) if link in self._back else (link.source, link.target)
            for link in self._links
            if link.source != link.target
        ]
        for _ in self._boxes:
            for source, target in forward:
                least = self._boxes[source].layer + step
                self._boxes[target].layer = max(self._boxes[target].layer, least)
        # A source belongs right before what it feeds, not at the far end.
        fed = {target for _, target in forward}
        for name, box in self._boxes.items():
            layers = [self._boxes[target].layer for source, target in forward if source == name]
            if name not in fed and layers:
                box.layer = min(layers) - step

    def _chain(self) -> None:
        """Run each link through a box in every layer that it crosses."""
        layers: dict[int, list[Box]] = defaultdict(list)
        for box in self._boxes.values():
            layers[box.layer].append(box)
        for link in self._links:
            if link.source == link.target:
                continue
            is_back = link in self._back
            ends = (link.target, link.source) if is_back else (link.source, link.target)
            first, last = (self._boxes[name] for name in ends)
            chain = [first]
            middle = (first.layer + last.layer) // 2
            for layer in range(first.layer + 1, last.layer):
                lines = link.lines if layer == middle else ()
                chain.append(self._bend(lines, layer, _common(first.groups, last.groups)))
                layers[layer].append(chain[-1])
            chain.append(last)
            for one, other in pairwise(chain):
                one.after.append(other)
                other.before.append(one)
            self._chains.append((link, chain, is_back))
        self._layers = [layers[number] for number in sorted(layers)]

    def _bend(self, lines: tuple[str, ...], layer: int, groups: tuple[str, ...]) -> Box:
        width, height = text_size(lines)
        if lines:
            width, height = width + 12, height + 4
        length, breadth = (width, height) if self._is_horizontal else (height, width)
        return Box(lines=lines, groups=groups, length=length, breadth=breadth, layer=layer)

    def _order(self) -> None:
        """Sort each layer by where its neighbours are, and keep the order with fewest crossings."""
        best, fewest = [list(layer) for layer in self._layers], _crossings(self._layers)
        for sweep in range(SWEEPS):
            is_down = sweep % 2 == 0
            rank = {
                id(box): index / max(1, len(layer) - 1)
                for layer in self._layers
                for index, box in enumerate(layer)
            }
            group_rank = _means(
                (group, rank[id(box)])
                for layer in self._layers
                for box in layer
                for group in box.groups
            )
            for layer in self._layers if is_down else self._layers[::-1]:
                for index, box in enumerate(layer):
                    near = box.before if is_down else box.after
                    if near:
                        rank[id(box)] = sum(rank[id(other)] for other in near) / len(near)
                    else:
                        rank[id(box)] = index / max(1, len(layer) - 1)
                layer.sort(key=lambda box: _sorting(box, rank, group_rank))
                for index, box in enumerate(layer):
                    rank[id(box)] = index / max(1, len(layer) - 1)
            if (crossings := _crossings(self._layers)) < fewest:
                best, fewest = [list(layer) for layer in self._layers], crossings
        self._layers = best

    def _align(self) -> None:
        """Pull each box towards its neighbours, as far as its layer lets it."""
        for layer in self._layers:
            for box, place in zip(layer, fitted([0.0] * len(layer), _steps(layer)), strict=True):
                box.across = place
        for sweep in range(SWEEPS):
            layers = self._layers if sweep % 2 == 0 else self._layers[::-1]
            for layer in layers:
                wanted = [_wish(box, sweep) for box in layer]
                for box, place in zip(layer, fitted(wanted, _steps(layer)), strict=True):
                    box.across = place
        main = 0.0
        for index, layer in enumerate(self._layers):
            length = max((box.length for box in layer), default=0.0)
            for box in layer:
                box.main = main + length / 2
            following = self._layers[index + 1] if index + 1 < len(self._layers) else []
            main += length + _gap(layer, following)

    def _separate(self) -> None:
        """Move whole subgraphs, and nodes outside of any, out of the frames of other subgraphs."""
        if not self._chart.groups:
            return
        blocks: dict[str, list[Box]] = defaultdict(list)
        for name, box in self._boxes.items():
            blocks[box.groups[0] if box.groups else f"node {name}"].append(box)
        loose = []
        for _, chain, _ in self._chains:
            for bend in chain[1:-1]:
                if bend.groups:
                    blocks[bend.groups[0]].append(bend)
                else:
                    loose.append((bend, (chain[0], chain[-1])))
        placed: list[Frame] = []
        for name in sorted(blocks, key=lambda name: _mean_across(blocks[name])):
            frame = self._block_frame(name, blocks[name])
            down = max(
                (other[3] + SIBLING_GAP - frame[1] for other in placed if _overlap(frame, other)),
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

    def _block_frame(self, name: str, boxes: list[Box]) -> Frame:
        """Return the room of a block along the flow and across it."""
        if name in self._chart.groups:
            frame = self._frames()[name]
        else:
            frame = _extent(boxes[0], self._is_horizontal)
        left, top, right, bottom = frame
        return frame if self._is_horizontal else (top, left, bottom, right)

    def _turned(self) -> Arrangement:
        frames = self._frames()
        boxes = [box for layer in self._layers for box in layer]
        mains = [box.main + side * box.length / 2 for box in boxes for side in (-1, 1)]
        acrosses = [box.across + side * box.breadth / 2 for box in boxes for side in (-1, 1)]
        for left, top, right, bottom in frames.values():
            mains += [left, right] if self._is_horizontal else [top, bottom]
            acrosses += [top, bottom] if self._is_horizontal else [left, right]
        start, end = min(mains, default=0.0) - MARGIN, max(mains, default=0.0) + MARGIN
        left, right = min(acrosses, default=0.0) - MARGIN, max(acrosses, default=0.0) + MARGIN
        is_reversed = self._chart.direction in ("RL", "BT")

        def turn(main: float, across: float) -> Point:
            along = end - main if is_reversed else main - start
            return (along, across - left) if self._is_horizontal else (across - left, along)

        nodes = []
        for box in self._boxes.values():
            assert box.node is not None
            nodes.append(PlacedNode(box.node, *turn(box.main, box.across), *node_size(box.node)))
        groups = []
        for name, frame in frames.items():
            ends = [frame[:2], frame[2:]]
            corners = [turn(*(end if self._is_horizontal else end[::-1])) for end in ends]
            (x1, y1), (x2, y2) = corners
            title = self._chart.groups[name].title
            groups.append(PlacedGroup(title, min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)))
        size = turn(start if is_reversed else end, right)
        return Arrangement(
            nodes=tuple(nodes),
            links=tuple(self._placed(*chain, turn) for chain in self._chains),
            groups=tuple(groups),
            width=size[0],
            height=size[1],
            is_horizontal=self._is_horizontal,
        )

    def _placed(
        self,
        link: Link,
        chain: list[Box],
        is_back: bool,
        turn: Callable[[float, float], Point],
    ) -> PlacedLink:
        first, *bends, last = chain
        # Two nodes that link to each other would have both links on one line.
        is_answered = any(
            other is not link and {other.source, other.target} == {link.source, link.target}
            for other in self._links
        )
        shift = (7.0 if is_back else -7.0) if is_answered and not bends else 0.0
        points = [turn(first.main + first.length / 2, first.across + shift)]
        label_at = None
        for bend in bends:
            # A layer that is there for texts alone is nothing to wind around.
            if bend.layer % self._step and not bend.lines and not is_answered:
                continue
            points.append(turn(bend.main - bend.length / 2, bend.across))
            if bend.length:
                points.append(turn(bend.main + bend.length / 2, bend.across))
            if bend.lines:
                label_at = turn(bend.main, bend.across)
        points.append(turn(last.main - last.length / 2, last.across + shift))
        return PlacedLink(link, tuple(points[::-1] if is_back else points), label_at)

    def _frames(self) -> dict[str, Frame]:
        """Return the subgraphs' frames as left, top, right, bottom; inner ones first."""
        frames: dict[str, Frame] = {}
        depth = {name: len(self._chart.group_path(name)) for name in self._chart.groups}
        for name in sorted(depth, key=lambda name: -depth[name]):
            inside = [
                _extent(box, self._is_horizontal)
                for box in self._boxes.values()
                if box.groups[-1:] == (name,)
            ]
            inside += [
                frames[other]
                for other, group in self._chart.groups.items()
                if group.parent == name and other in frames
            ]
            if inside:
                lefts, tops, rights, bottoms = zip(*inside, strict=True)
                title, _ = text_size([self._chart.groups[name].title])
                left, right = min(lefts) - GROUP_PADDING, max(rights) + GROUP_PADDING
                missing = max(0.0, title + 2 * GROUP_PADDING - (right - left)) / 2
                frames[name] = (
                    left - missing,
                    min(tops) - GROUP_PADDING - GROUP_TITLE,
                    right + missing,
                    max(bottoms) + GROUP_PADDING,
                )
        return frames


def _extent(box: Box, is_horizontal: bool) -> Frame:
    half_length, half_breadth = box.length / 2, box.breadth / 2
    if is_horizontal:
        x, y, half_width, half_height = box.main, box.across, half_length, half_breadth
    else:
        x, y, half_width, half_height = box.across, box.main, half_breadth, half_length
    return (x - half_width, y - half_height, x + half_width, y + half_height)


def _mean_across(boxes: list[Box]) -> float:
    return sum(box.across for box in boxes) / len(boxes)


def _overlap(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _merged(links: list[Link]) -> list[Link]:
    """Join links that would lie on each other."""
    texts: dict[Link, list[str]] = {}
    for link in links:
        bare = Link(
            link.source,
            link.target,
            is_dotted=link.is_dotted,
            is_thick=link.is_thick,
            has_head=link.has_head,
            has_tail=link.has_tail,
        )
        texts.setdefault(bare, []).extend(link.lines)
    return [
        Link(
            bare.source,
            bare.target,
            lines=tuple(lines),
            is_dotted=bare.is_dotted,
            is_thick=bare.is_thick,
            has_head=bare.has_head,
            has_tail=bare.has_tail,
        )
        for bare, lines in texts.items()
    ]


def _back_links(nodes: Iterable[str], links: list[Link]) -> set[Link]:
    """Return links whose reversal leaves no cycle, those that lead back to where we came from."""
    leaving: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        leaving[link.source].append(link)
    found: set[Link] = set()
    done: set[str] = set()
    path: set[str] = set()

    def visit(name: str) -> None:
        path.add(name)
        for link in leaving[name]:
            if link.target in path and link.target != name:
                found.add(link)
            elif link.target not in done and link.target != name:
                visit(link.target)
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


def _means(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    values: dict[str, list[float]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return {name: sum(found) / len(found) for name, found in values.items()}


def _sorting(
    box: Box, rank: dict[int, float], group_rank: dict[str, float]
) -> tuple[tuple[float, str], ...]:
    """Sort by group, so that no stranger stands between the members of one."""
    return (*((group_rank[group], group) for group in box.groups), (rank[id(box)], ""))


def _crossings(layers: list[list[Box]]) -> int:
    count = 0
    for layer, following in pairwise(layers):
        place = {id(box): index for index, box in enumerate(following)}
        ends = [
            place[id(other)]
            for box in layer
            for other in sorted(box.after, key=lambda other: place[id(other)])
        ]
        count += sum(
            ends[one] > ends[other]
            for one in range(len(ends))
            for other in range(one + 1, len(ends))
        )
    return count


def _steps(layer: list[Box]) -> list[float]:
    steps = [0.0]
    for one, other in pairwise(layer):
        gap = SIBLING_GAP if one.node or other.node else SIBLING_GAP / 2
        apart = len(set(one.groups) ^ set(other.groups))
        steps.append((one.breadth + other.breadth) / 2 + gap + apart * GROUP_GAP)
    return steps


def _wish(box: Box, sweep: int) -> float:
    """Return where a box wants to be: at those before it, those after it, and at last at both."""
    if sweep >= SWEEPS - 4:
        near = box.before + box.after
    else:
        near = box.before if sweep % 2 == 0 else box.after
    return sum(other.across for other in near) / len(near) if near else box.across


def _gap(layer: list[Box], following: list[Box]) -> float:
    texts = any(box.lines for box in (*layer, *following))
    gap = LAYER_GAP * (0.5 if texts else 1.0)
    borders = max(
        (len(set(box.groups) ^ set(other.groups)) for box in layer for other in box.after),
        default=0,
    )
    return gap + borders * GROUP_PADDING
