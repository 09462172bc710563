"""PartiQL statements as moto's parser reads them.

It wants blanks around an equals sign, and in an UPDATE it knows strings and parameters as values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_TOKENS: Final = re.compile(
    r"""
    (?P<quoted> '(?:[^']|'')*' | "(?:[^"]|"")*" )
    | (?P<equals> \s* (?<![<>!]) = \s* )
    | (?P<parameter> \? )
    | (?P<literal>
        (?<![\w.]) (?: [+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)? | true | false | null ) (?![\w.])
      )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def as_moto_reads(members: dict[str, Any]) -> dict[str, Any]:
    """Return a request's members with statements that mean the same.

    Args:
        members: Those of ExecuteStatement, or of a request with several statements.
    """
    changed = {
        name: [as_moto_reads(one) for one in value]
        for name, value in members.items()
        if name in ("Statements", "TransactStatements")
    }
    if "Statement" in members:
        changed |= _statement(members["Statement"], members.get("Parameters", []))
    return {**members, **changed}


def _statement(statement: str, parameters: list[Any]) -> dict[str, Any]:
    is_update = statement.lstrip().upper().startswith("UPDATE")
    given, used = iter(parameters), list[Any]()

    def written(found: re.Match[str]) -> str:
        match found.lastgroup:
            case "equals":
                return " = "
            case "parameter":
                used.extend(_next(given))
                return "?"
            case "literal" if is_update:
                used.append(_value(found[0]))
                return "?"
            case _:
                return found[0]

    statement = _TOKENS.sub(written, statement)
    used.extend(given)
    return {"Statement": statement, **({"Parameters": used} if used else {})}


def _next(given: Iterator[Any]) -> list[Any]:
    # A statement with more question marks than parameters is refused later, by moto.
    return [value for value in [next(given, None)] if value is not None]


def _value(literal: str) -> dict[str, Any]:
    match literal.lower():
        case "null":
            return {"NULL": True}
        case "true" | "false" as word:
            return {"BOOL": word == "true"}
        case number:
            return {"N": number}
