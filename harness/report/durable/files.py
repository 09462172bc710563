"""A timeline as an SVG file of its own."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from harness.observe.durable.model import Timeline
from harness.observe.durable.wording import summary_of, title_of

from .drawing import WIDTH, draw
from .labels import width_of

_MARGIN = 24
_HEAD, _LEGEND = 52, 30
_EXPLAINED = (
    ("attempt succeeded", "succeeded", 12),
    ("attempt failed", "failed", 12),
    ("waiting", "waiting", 4),
    ("function isn't running", "pause", 4),
    ("nothing happens: not to scale", "cut", 20),
)
_VARIABLES = """
  --card: #ffffff; --sunken: #f1f3f6; --ink: #17202b; --soft: #566273; --line: #dde2e9;
  --strong-line: #9aa8ba; --passed: #1a8f5a; --failed: #c93a3a; --skipped: #b7791f;
"""
_DARK = """
  --card: #171e28; --sunken: #111821; --ink: #e6ebf2; --soft: #97a4b6; --line: #283240;
  --strong-line: #55657a; --passed: #3fbf83; --failed: #f07070; --skipped: #e0a84a;
"""


def as_file(timeline: Timeline) -> str:
    """Return the text of an SVG file: it opens by itself, offline, in light and dark."""
    drawing = draw(timeline, "timeline", most=len(timeline.operations))
    height = float(drawing.partition('viewBox="0 0 ')[2].partition('"')[0].split()[1])
    width, total = WIDTH + 2 * _MARGIN, height + _HEAD + _LEGEND + 2 * _MARGIN
    style = files("harness.report").joinpath("templates", "execution.css").read_text("utf-8")
    inner = drawing.replace(
        '<svg class="execution"',
        f'<svg class="execution" x="{_MARGIN}" y="{_MARGIN + _HEAD}"'
        f' width="{WIDTH:.0f}" height="{height:.0f}"',
        1,
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {total:.0f}" width="{width:.0f}" \
height="{total:.0f}">
<style>
svg {{ {_VARIABLES} font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }}
@media (prefers-color-scheme: dark) {{ svg {{ {_DARK} }} }}
text {{ fill: var(--ink); }}
{style}</style>
<rect width="100%" height="100%" fill="var(--card)"/>
<text x="{_MARGIN}" y="{_MARGIN + 16}" style="font-size:17px;font-weight:600">\
{escape(title_of(timeline))}</text>
<text x="{_MARGIN}" y="{_MARGIN + 36}" style="fill:var(--soft)">\
{escape(summary_of(timeline))}</text>
{inner}
<g class="execution">{_legend(_MARGIN + _HEAD + height + _LEGEND)}</g>
</svg>
"""


def _legend(y: float) -> str:
    parts, x = list[str](), float(_MARGIN)
    for text, style, size in _EXPLAINED:
        parts.append(
            f'<rect class="{style}" x="{x:.0f}" y="{y - size / 2:.0f}" width="16" height="{size}"/>'
            f'<text class="kind" x="{x + 22:.0f}" y="{y + 4:.0f}">{escape(text)}</text>'
        )
        x += 22 + width_of(text) + 22
    return "".join(parts)
