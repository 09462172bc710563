"""Filter patterns for JSON: `{ ($.level = "ERROR") && ($.count > 3) }`. Pure.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from .pattern_values import InvalidPatternError, comparison

Condition = Callable[[dict[str, Any]], bool]

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<bracket>[()])
      | (?P<junction>&&|\|\|)
      | (?P<sign><=|>=|!=|=|<|>)
      | "(?P<quoted>(?:[^"\\]|\\.)*)"
      | (?P<regex>%(?:[^%\\]|\\.)*%)
      | (?P<selector>\$(?:\.[^\s.\[\]()=<>!&|"]+|\[\s*(?:\d+|\*|"[^"]*"|'[^']*')\s*\])+)
      | (?P<word>[^\s()=<>!&|"]+)
    )""",
    re.VERBOSE,
)
_STEP: Final = re.compile(r"""\.([^.\[\]]+)|\[\s*(?:(\d+)|(\*)|"([^"]*)"|'([^']*)')\s*\]""")

_MISSING: Final = object()


def compile_json(text: str) -> Condition:
    """Return the condition that a pattern, without its braces, makes of a document.

    Raises:
        InvalidPatternError: It is no pattern.
    """
    tokens = list(_tokens(text))
    if not tokens:
        raise InvalidPatternError("there is no condition")
    parser = _Parser(tokens)
    condition = parser.either()
    parser.end()
    return condition


def select(document: Any, selector: str) -> list[Any]:
    """Return the values that a selector such as `$.a.b[0]` leads to."""
    found = [document]
    for step in _STEP.finditer(selector):
        name = next((one for one in (step[1], step[4], step[5]) if one is not None), None)
        found = [value for one in found for value in _follow(one, name, step[2])]
    return found


def _follow(value: Any, name: str | None, index: str | None) -> Iterator[Any]:
    if name is not None:
        if isinstance(value, dict) and name in value:
            yield value[name]
    elif isinstance(value, list):
        if index is None:
            yield from value
        elif int(index) < len(value):
            yield value[int(index)]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.end() == at:
            raise InvalidPatternError(f"this can't be read: {text[at:]}")
        at = found.end()
        kind = str(found.lastgroup)
        yield kind, found[kind]


class _Parser:
    """Reads conditions by descent: or, and, brackets, comparisons."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def either(self) -> Condition:
        parts = [self._both()]
        while self._take("junction", "||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda one: any(part(one) for part in parts)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise InvalidPatternError(f"unexpected {self._tokens[self._at][1]!r}")

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._take("junction", "&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda one: all(part(one) for part in parts)

    def _one(self) -> Condition:
        if self._take("bracket", "("):
            inner = self.either()
            if not self._take("bracket", ")"):
                raise InvalidPatternError("a bracket has no end")
            return inner
        selector = self._next("selector")
        if self._take("word", "IS"):
            return _is(selector, self._next("word"))
        if self._take("word", "NOT"):
            if not self._take("word", "EXISTS"):
                raise InvalidPatternError("NOT is followed by EXISTS")
            return lambda one: not select(one, selector)
        if self._take("word", "EXISTS"):
            return lambda one: bool(select(one, selector))
        sign = self._next("sign")
        kind, value = self._any("quoted", "word", "regex")
        compares = comparison(sign, value, is_quoted=kind == "quoted")
        return lambda one: any(compares(field) for field in select(one, selector))

    def _take(self, kind: str, text: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == (kind, text):
            self._at += 1
            return True
        return False

    def _next(self, kind: str) -> str:
        return self._any(kind)[1]

    def _any(self, *kinds: str) -> tuple[str, str]:
        if self._at >= len(self._tokens) or self._tokens[self._at][0] not in kinds:
            raise InvalidPatternError(f"a {' or '.join(kinds)} is missing")
        self._at += 1
        return self._tokens[self._at - 1]


def _is(selector: str, word: str) -> Condition:
    values = {"TRUE": True, "FALSE": False, "NULL": None}
    if word not in values:
        raise InvalidPatternError(f"IS is followed by TRUE, FALSE or NULL, not by {word}")
    wanted = values[word]
    return lambda one: any(value is wanted for value in select(one, selector))
