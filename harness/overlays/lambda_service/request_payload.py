"""What Lambda refuses of an invocation's payload before anything runs.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html; wording as AWS answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

SYNCHRONOUS_LIMIT: Final = 6 * 1024 * 1024
ASYNCHRONOUS_LIMIT: Final = 1024 * 1024

_EXPECTED: Final = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
_SOURCE: Final = "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)"
_PREFIX: Final = "Could not parse request body into json: Could not parse payload into json: "
_CLOSED_BY: Final[Mapping[str, str]] = {"{": "Object", "[": "Array"}


def size_problem(payload: bytes, *, asynchronous: bool) -> str | None:
    """Return AWS's message for a payload that is too large; None when it isn't."""
    size = len(payload)
    if asynchronous and size > ASYNCHRONOUS_LIMIT:
        return (
            f"{size} byte payload is too large for the Event invocation type "
            f"(limit {ASYNCHRONOUS_LIMIT} bytes)"
        )
    if size > SYNCHRONOUS_LIMIT:
        return (
            f"Request must be smaller than {SYNCHRONOUS_LIMIT} bytes for the InvokeFunction "
            "operation"
        )
    return None


def json_problem(payload: bytes) -> str | None:
    """Return AWS's message for a payload that isn't JSON; None when it is, or is empty."""
    if not payload.strip():
        return None
    try:
        text = payload.decode()
    except UnicodeDecodeError as error:
        return _PREFIX + _encoding_problem(payload, error.start)
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        return _PREFIX + _syntax_problem(text, error.pos)
    except RecursionError:
        return f"{_PREFIX}Document nesting depth (1001) exceeds the maximum allowed (1000)"
    return None


def _refuse_constant(name: str) -> None:
    raise json.JSONDecodeError("not JSON", name, 0)


def _encoding_problem(payload: bytes, position: int) -> str:
    byte = payload[position]
    line, column = _place(payload[:position].decode(errors="replace"), position)
    if position == 0:
        return (
            f"Unexpected character ((CTRL-CHAR, code {byte})): expected a valid value "
            f"{_EXPECTED}\n at {_SOURCE}; line: {line}, column: {column}]"
        )
    return (
        f"Invalid UTF-8 start byte 0x{byte:x}\n at {_SOURCE}; line: {line}, column: {column + 1}]"
    )


def _syntax_problem(text: str, position: int) -> str:
    line, column = _place(text, position)
    if position >= len(text.rstrip()):
        return _end_problem(text)
    if word := re.compile(r"[A-Za-z_$][\w$]*").match(text, position):
        token, end = word[0], column + len(word[0])
        return (
            f"Unrecognized token '{token}': was expecting {_EXPECTED}\n"
            f" at {_SOURCE}; line: {line}, column: {end}]"
        )
    character = text[position]
    shown = f"'{character}' (code {ord(character)})"
    return (
        f"Unexpected character ({shown}): expected a valid value {_EXPECTED}\n"
        f" at {_SOURCE}; line: {line}, column: {column}]"
    )


def _end_problem(text: str) -> str:
    """Say that the text ends inside the object or array that was opened last."""
    opened: list[int] = []
    quoted = escaped = False
    for index, character in enumerate(text):
        if quoted:
            quoted, escaped = (character != '"' or escaped), character == "\\" and not escaped
        elif character == '"':
            quoted = True
        elif character in "{[":
            opened.append(index)
        elif character in "}]" and opened:
            opened.pop()
    line, column = _place(text, len(text))
    at_end = f"at {_SOURCE}; line: {line}, column: {column}]"
    if not opened:
        return f"Unexpected end-of-input\n {at_end}"
    start_line, start_column = _place(text, opened[-1])
    start = f"start marker at {_SOURCE}; line: {start_line}, column: {start_column}]"
    kind = _CLOSED_BY[text[opened[-1]]]
    return f"Unexpected end-of-input: expected close marker for {kind} ({start})\n {at_end}"


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
