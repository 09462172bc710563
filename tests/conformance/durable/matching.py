"""The language in which AWS's requirements say what a history is to be. Pure.

`*` and `{}` stand for anything, `${NAME}` for what it was bound to first, `${/…/}` for a pattern.
"""

from __future__ import annotations

import re
import secrets
import string
from typing import Any

_WHOLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
_GENERATED = re.compile(r"\$\{GEN_STR:(\d+)\}")
_PATTERN = re.compile(r"\$\{/(.+)/\}")

CLOSINGS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionStopped")


class Bindings(dict[str, Any]):
    """What names stand for."""

    @classmethod
    def of(cls, variables: dict[str, str] | None) -> Bindings:
        """Bind a requirement's variables; those that ask for it to random text."""
        bound = cls()
        for name, value in (variables or {}).items():
            generated = _GENERATED.fullmatch(str(value))
            letters = string.ascii_lowercase + string.digits
            bound[name] = (
                "".join(secrets.choice(letters) for _ in range(int(generated[1])))
                if generated
                else value
            )
        return bound

    def put_into(self, said: Any) -> Any:
        """Replace the names that are bound; others stay."""
        if isinstance(said, str):
            return _WHOLE.sub(lambda match: str(self.get(match[1], match[0])), said)
        if isinstance(said, dict):
            return {name: self.put_into(value) for name, value in said.items()}
        if isinstance(said, list):
            return [self.put_into(value) for value in said]
        return said


def differences(
    expected: list[dict[str, Any]], actual: list[dict[str, Any]], bound: Bindings
) -> list[str]:
    """Return how a history differs from the one that is asked for.

    AWS's suite leaves out the events around the ones that it lists; here nothing else may be in
    between or follow, but for the one that closes the execution.
    """
    by_id = {event["EventId"]: event for event in actual}
    found = []
    for event in expected:
        number = event["EventId"]
        if number not in by_id:
            found.append(f"no event {number} ({event['EventType']})")
        else:
            found += _different(event, by_id[number], f"event {number}", bound)
    last = max((event["EventId"] for event in expected), default=0)
    found += [
        f"event {event['EventId']} ({event['EventType']}) isn't asked for"
        for event in actual
        if event["EventId"] > last and event["EventType"] not in CLOSINGS
    ]
    return found


def matches_log(said: str, expected: str) -> bool:
    """Whether a line's message is what is asked for: a text, or a pattern between slashes."""
    if len(expected) > 1 and expected[0] == expected[-1] == "/":
        return re.search(expected[1:-1], said) is not None
    return said.strip() == expected.strip()


def _different(expected: Any, actual: Any, path: str, bound: Bindings) -> list[str]:
    if expected in ("*", {}):
        return []
    if isinstance(expected, str):
        if pattern := _PATTERN.fullmatch(expected):
            is_met = re.search(pattern[1], str(actual)) is not None
            return [] if is_met else [f"{path}: {actual!r} doesn't match {pattern[1]!r}"]
        if name := _WHOLE.fullmatch(expected):
            first = bound.setdefault(name[1], actual)
            return [] if first == actual else [f"{path}: {actual!r}, but {name[1]} is {first!r}"]
        expected = bound.put_into(expected)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            difference
            for name, value in expected.items()
            for difference in (
                _different(value, actual[name], f"{path}.{name}", bound)
                if name in actual
                else [f"{path}.{name}: missing"]
            )
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [
            difference
            for index, (one, other) in pairs
            for difference in _different(one, other, f"{path}[{index}]", bound)
        ]
    return [] if expected == actual else [f"{path}: {actual!r}, not {expected!r}"]
