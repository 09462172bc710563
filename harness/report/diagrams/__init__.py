"""Draws the Mermaid flowcharts of READMEs as SVG, offline: parse, lay out, draw.

Only the part of their grammar that our READMEs need: what else there is raises
`UnreadableDiagram`, and the report shows the source in its place.
"""

from .drawing import draw
from .layout import arrange
from .mermaid import Flowchart, UnreadableDiagram, parse, sources_in

__all__ = [
    "Flowchart",
    "UnreadableDiagram",
    "arrange",
    "draw",
    "parse",
    "sources_in",
    "svg_of",
]


def svg_of(source: str, title: str) -> str:
    """Return a flowchart's source as an SVG element.

    Args:
        source: Mermaid, without the fence.
        title: What it shows, for those who don't see it.

    Raises:
        UnreadableDiagram: It is another kind of diagram, or not what we read.
    """
    return draw(arrange(parse(source)), title)
