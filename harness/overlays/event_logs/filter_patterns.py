"""CloudWatch Logs filter patterns: terms, JSON and space-delimited. Pure.

LocalStack takes every log event for one that matches.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from .json_patterns import compile_json
from .pattern_values import InvalidPatternError, text_pattern
from .spaced_patterns import compile_spaced

Match = Callable[[str], dict[str, Any] | None]
"""Gets a message; returns what the pattern extracts from it, or None if it doesn't match."""

_TERM = re.compile(r'\s*(?P<sign>[-?]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s"]+))')


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Match:
    """Return the function that matches messages.

    Raises:
        InvalidPatternError: It is no pattern.
    """
    text = pattern.strip()
    if not text:
        return lambda message: {}
    if text.startswith("{") and text.endswith("}"):
        return _of_json(text)
    if text.startswith("[") and text.endswith("]"):
        return compile_spaced(text)
    return _of_terms(text)


def matches(pattern: str, message: str) -> bool:
    """Whether a message matches; a pattern that is none matches nothing."""
    try:
        return compile_pattern(pattern)(message) is not None
    except InvalidPatternError:
        return False


def _of_json(text: str) -> Match:
    condition = compile_json(text[1:-1])

    def match(message: str) -> dict[str, Any] | None:
        try:
            document = json.loads(message)
        except ValueError:
            return None
        if not isinstance(document, dict) or not condition(document):
            return None
        return document

    return match


def _of_terms(text: str) -> Match:
    wanted: list[Callable[[str], bool]] = []
    unwanted: list[Callable[[str], bool]] = []
    either: list[Callable[[str], bool]] = []
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise InvalidPatternError(f"a quote has no end: {text[at:]}")
        at = found.end()
        term = found["quoted"] if found["quoted"] is not None else found["plain"]
        holds = text_pattern(term, is_quoted=found["quoted"] is not None)
        {"-": unwanted, "?": either}.get(found["sign"], wanted).append(holds)

    def match(message: str) -> dict[str, Any] | None:
        # Beside terms that are required or excluded, optional ones don't count.
        if not wanted and not unwanted:
            return {} if any(holds(message) for holds in either) else None
        if any(holds(message) for holds in unwanted):
            return None
        return {} if all(holds(message) for holds in wanted) else None

    return match
