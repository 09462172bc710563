"""Reads Mermaid's flowcharts: nodes, links, subgraphs.

Source: https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Literal

Direction = Literal["LR", "RL", "TB", "BT"]

_FENCE = re.compile(r"^```mermaid[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADER = re.compile(r"(?:flowchart|graph)(?:\s+(TB|TD|BT|LR|RL))?\s*$")
_ID = re.compile(r"[A-Za-z0-9_](?:[\w.]|-(?![-.>]))*")
_SUBGRAPH = re.compile(r"subgraph\s+(?:(?P<id>[\w.-]+)\s*\[(?P<title>.*)\]|(?P<only>.+?))\s*$")
_IGNORED = re.compile(r"(?:classDef|class|style|linkStyle|click|direction|accTitle|accDescr)\b")
_CLASS = re.compile(r":::\w+")
_BREAK = re.compile(r"<br\s*/?>|\\n")
_TAG = re.compile(r"</?(?:b|i|strong|em|code|sub|sup)>")
_LINK = re.compile(
    r"\s*(?P<tail><)?"
    r"(?:--\s+(?P<solid>[^-|>].*?)\s+(?=--)|-\.\s+(?P<dotted>[^|>]+?)\s+(?=\.-)"
    r"|==\s+(?P<thick>[^=|>].*?)\s+(?===))?"
    r"(?P<line>-{2,}|-?\.+-|={2,}|~{3,})(?P<head>[>xo])?"
    r"(?:\|(?P<label>[^|]*)\|)?\s*"
)


class Shape(Enum):
    """A node's shape, by its opening and closing brackets; longer ones first."""

    STADIUM = ("([", "])")
    SUBROUTINE = ("[[", "]]")
    CYLINDER = ("[(", ")]")
    CIRCLE = ("((", "))")
    HEXAGON = ("{{", "}}")
    LEANING = ("[/", "/]")
    BOX = ("[", "]")
    ROUND = ("(", ")")
    DIAMOND = ("{", "}")


class UnreadableDiagram(ValueError):
    """The source isn't a flowchart that we read; the message says where it stops."""


@dataclass
class Node:
    """A node; one that only links mention has its id as its text."""

    id: str
    lines: tuple[str, ...]
    shape: Shape = Shape.BOX
    group: str | None = None


@dataclass(frozen=True)
class Link:
    """A link from one node or subgraph to another.

    Attributes:
        source: Id of where it leaves.
        target: Id of where it leads to.
        lines: Its text.
        is_dotted: Whether its line is dotted.
        is_thick: Whether its line is thick.
        head: `>` for an arrow, `x` for a cross, `o` for a dot, or nothing.
        has_tail: Whether there is an arrow at its beginning as well.
    """

    source: str
    target: str
    lines: tuple[str, ...] = ()
    is_dotted: bool = False
    is_thick: bool = False
    head: str = ">"
    has_tail: bool = False

    def with_lines(self, lines: tuple[str, ...]) -> Link:
        """Return the same link with another text."""
        return replace(self, lines=lines)


@dataclass(frozen=True)
class Group:
    """A subgraph, within another one perhaps."""

    id: str
    title: str
    parent: str | None = None


@dataclass
class Flowchart:
    """A flowchart as it was written."""

    direction: Direction = "TB"
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)

    def group_path(self, group: str | None) -> tuple[str, ...]:
        """Return a group and those around it, the outermost first."""
        if group is None:
            return ()
        return (*self.group_path(self.groups[group].parent), group)

    def members(self, name: str) -> list[str]:
        """Return the nodes within a subgraph, or the node of that name."""
        if name not in self.groups:
            return [name]
        return [node.id for node in self.nodes.values() if name in self.group_path(node.group)]


def sources_in(markdown: str) -> list[str]:
    """Return the Mermaid blocks of a Markdown text."""
    return _FENCE.findall(markdown.replace("\r\n", "\n"))


def parse(source: str) -> Flowchart:
    """Read a flowchart.

    Raises:
        UnreadableDiagram: It is something else.
    """
    statements = list(_statements(source))
    header = _HEADER.match(statements[0]) if statements else None
    if header is None:
        raise UnreadableDiagram(f"not a flowchart: {statements[0] if statements else 'empty'}")
    chart = Flowchart(direction=_direction(header.group(1)))
    open_groups: list[str] = []
    for statement in statements[1:]:
        if _IGNORED.match(statement):
            continue
        if statement == "end":
            if not open_groups:
                raise UnreadableDiagram("an end without its subgraph")
            open_groups.pop()
        elif statement.startswith("subgraph"):
            open_groups.append(_open_group(chart, statement, open_groups))
        else:
            _Statement(chart, statement, open_groups[-1] if open_groups else None).read()
    for name in chart.groups:
        # A link may name a subgraph before or after it is written; it is no node then.
        chart.nodes.pop(name, None)
    for link in chart.links:
        _check(chart, link)
    return chart


def _check(chart: Flowchart, link: Link) -> None:
    sources, targets = chart.members(link.source), chart.members(link.target)
    if not sources or not targets:
        raise UnreadableDiagram(f"a link of an empty subgraph: {link.source} to {link.target}")
    if link.source != link.target and set(sources) & set(targets):
        raise UnreadableDiagram(f"a link within a subgraph: {link.source} to {link.target}")


def _statements(source: str) -> Iterator[str]:
    for line in source.splitlines():
        if statement := line.split("%%")[0].strip().rstrip(";"):
            yield statement


def _direction(word: str | None) -> Direction:
    known: dict[str, Direction] = {"LR": "LR", "RL": "RL", "BT": "BT"}
    return known.get(word or "", "TB")


def _open_group(chart: Flowchart, statement: str, around: list[str]) -> str:
    found = _SUBGRAPH.match(statement)
    if found is None:
        raise UnreadableDiagram(f"not a subgraph: {statement}")
    title = found["title"] or found["only"]
    is_word = _ID.fullmatch(title) is not None
    name = found["id"] or (title if is_word else f"group {len(chart.groups)}: {title}")
    chart.groups[name] = Group(name, " ".join(_lines(title)), around[-1] if around else None)
    return name


def _lines(text: str) -> tuple[str, ...]:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    plain = (html.unescape(_TAG.sub("", line)).strip() for line in _BREAK.split(text))
    return tuple(line.strip("`") for line in plain if line)


class _Statement:
    """Reads `A & B -->|text| C[Title] --> D`."""

    def __init__(self, chart: Flowchart, text: str, group: str | None) -> None:
        self._chart, self._text, self._group = chart, text, group
        self._at = 0

    def read(self) -> None:
        sources = self._nodes()
        while self._at < len(self._text):
            link = _LINK.match(self._text, self._at)
            if link is None:
                raise UnreadableDiagram(f"unclear from here: {self._text[self._at :]}")
            self._at = link.end()
            targets = self._nodes()
            for source in sources:
                self._chart.links += [_linked(source, target, link) for target in targets]
            sources = targets

    def _nodes(self) -> list[str]:
        names = [self._node()]
        while (match := re.compile(r"\s*&\s*").match(self._text, self._at)) is not None:
            self._at = match.end()
            names.append(self._node())
        return names

    def _node(self) -> str:
        found = _ID.match(self._text, self._at)
        if found is None:
            raise UnreadableDiagram(f"a node is expected here: {self._text[self._at :]}")
        name = found.group()
        self._at = found.end()
        shape, lines = self._shape()
        node = self._chart.nodes.setdefault(name, Node(name, (name,), group=self._group))
        if shape is not None:
            node.shape, node.lines = shape, lines
        if node.group is None:
            node.group = self._group
        if (css_class := _CLASS.match(self._text, self._at)) is not None:
            self._at = css_class.end()
        return name

    def _shape(self) -> tuple[Shape | None, tuple[str, ...]]:
        for shape in Shape:
            opening, closing = shape.value
            if not self._text.startswith(opening, self._at):
                continue
            start = self._at + len(opening)
            if self._text.startswith('"', start):
                end = self._text.find('"' + closing, start + 1) + 1
            else:
                end = self._text.find(closing, start)
            if end < start:
                raise UnreadableDiagram(f"no {closing} after {self._text[self._at :]}")
            self._at = end + len(closing)
            return shape, _lines(self._text[start:end])
        return None, ()


def _linked(source: str, target: str, link: re.Match[str]) -> Link:
    text = link["label"] or link["solid"] or link["dotted"] or link["thick"] or ""
    return Link(
        source,
        target,
        lines=_lines(text),
        is_dotted="." in link["line"],
        is_thick="=" in link["line"],
        head=link["head"] or "",
        has_tail=link["tail"] is not None,
    )
