"""Breaks texts into lines of a width: an SVG doesn't, and what it leaves out can't be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

LINE: Final = 15.0
"""Height of a line, in the units of the drawing."""

_NARROW, _USUAL, _CAPITAL, _BROAD = 3.8, 6.8, 8.4, 12.0
_BOLD: Final = 1.07
_PIECES: Final = re.compile(r"\s*[^\s\-_/.·]*(?:[\-_/.·]+|(?=\s|$))")
"""What a text may be broken into: words, and the parts of names such as `notify-manager`."""


def width_of(text: str, *, is_bold: bool = False) -> float:
    """Return about how wide a text of 12 units is; rather too wide than too narrow."""
    return sum(map(_width, text)) * (_BOLD if is_bold else 1)


def lines_of(text: str, width: float, *, is_bold: bool = False) -> list[str]:
    """Break a text between its pieces; one that is too long by itself, wherever it has to be."""
    lines = [""]
    for piece in _pieces(text, width, is_bold):
        if width_of(lines[-1] + piece, is_bold=is_bold) <= width:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    return [line for line in lines if line]


def _pieces(text: str, width: float, is_bold: bool) -> Iterator[str]:
    for piece in _PIECES.findall(text):
        if width_of(piece, is_bold=is_bold) <= width:
            yield piece
        else:
            yield from piece


def _width(letter: str) -> float:
    if letter in " .,:;'|!ijlftIr()[]-":
        return _NARROW
    if letter in "mwMW@%&—→…" or unicodedata.east_asian_width(letter) in "WF":
        return _BROAD
    return _CAPITAL if letter.isupper() else _USUAL
