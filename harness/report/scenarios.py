"""What a scenario's README says and draws, for the report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .diagrams import UnreadableDiagram, sources_in, svg_of

_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


@dataclass(frozen=True)
class Diagram:
    """A diagram of a README: drawn, or its source and why it couldn't be drawn."""

    svg: str = ""
    source: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Scenario:
    """A scenario as its README presents it.

    Attributes:
        title: Its heading.
        summary: Its first paragraph, as plain text.
        diagrams: What it draws.
    """

    title: str
    summary: str = ""
    diagrams: tuple[Diagram, ...] = ()


def scenario_in(folder: Path) -> Scenario:
    """Read the README of a scenario's folder; without one the folder's name is its title."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8")
    except OSError:
        return Scenario(folder.name)
    heading = _HEADING.search(text)
    title = _plain(heading.group(1)) if heading else folder.name
    return Scenario(
        title=title,
        summary=_first_paragraph(text[heading.end() :] if heading else text),
        diagrams=tuple(_diagram(source, title) for source in sources_in(text)),
    )


def _diagram(source: str, title: str) -> Diagram:
    try:
        return Diagram(svg=svg_of(source, title))
    except UnreadableDiagram as problem:
        return Diagram(source=source, problem=str(problem))


def _first_paragraph(text: str) -> str:
    for block in re.split(r"\n\s*\n", text):
        if (words := block.strip()) and not words.startswith(("#", "```", "|", "<", "!", "- ")):
            return _plain(" ".join(words.split()))
    return ""


def _plain(text: str) -> str:
    return re.sub(r"[*`]", "", _LINK.sub(r"\1", text))
