"""What a project says about AWS accounts: [tool.aws-pattern-harness] in its pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.errors import UsageProblem

FILE: Final = "pyproject.toml"
TABLE: Final = "aws-pattern-harness"
_KEYS: Final = (
    "production-accounts",
    "production-aliases",
    "production-tags",
    "accounts-without-readable-alias",
)

DEFAULT_ALIASES: Final = ("*prod*",)
DEFAULT_TAGS: Final = {
    "environment": "*prod*",
    "env": "*prod*",
    "stage": "*prod*",
}


@dataclass(frozen=True)
class Configuration:
    """Which accounts are production's.

    Attributes:
        accounts: Account ids.
        aliases: Patterns of account aliases, as in a shell; case doesn't matter.
        tags: Patterns of values by the key of a tag that AWS Organizations keeps for the account.
        requires_tags: Whether the project named the tags, so that they have to be readable.
        unreadable_alias_is_fine: Ids of accounts whose alias the caller may not read, and that
            are known to be no production.
        file: Where it says so; None for defaults.
    """

    accounts: tuple[str, ...] = ()
    aliases: tuple[str, ...] = DEFAULT_ALIASES
    tags: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_TAGS))
    requires_tags: bool = False
    unreadable_alias_is_fine: tuple[str, ...] = ()
    file: Path | None = None


def configuration(here: Path) -> Configuration:
    """Read the configuration of the project that a folder belongs to.

    Args:
        here: The folder; the nearest pyproject.toml above it that has our table counts.

    Raises:
        UsageProblem: The file can't be read, or says what we don't understand.
    """
    for folder in (here, *here.parents):
        if not (file := folder / FILE).is_file():
            continue
        try:
            document = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise UsageProblem(f"{file} can't be read: {problem}.", "Correct it.") from problem
        table = document.get("tool", {}).get(TABLE)
        if table is not None:
            return _read(table, file)
    return Configuration()


def _read(table: Any, file: Path) -> Configuration:
    where = f"{file}, [tool.{TABLE}]"
    if not isinstance(table, dict):
        raise UsageProblem(f"{where} isn't a table.", f"It takes {', '.join(_KEYS)}.")
    if unknown := [key for key in table if key not in _KEYS]:
        raise UsageProblem(f'{where} has an unknown key "{unknown[0]}".', f"({', '.join(_KEYS)})")
    accounts = _texts(table, "production-accounts", where)
    excepted = _texts(table, "accounts-without-readable-alias", where)
    for account in (*accounts, *excepted):
        if not re.fullmatch(r"\d{12}", account):
            raise UsageProblem(
                f'{where} names the account "{account}".', "An account id has 12 digits."
            )
    tags = table.get("production-tags", DEFAULT_TAGS)
    if not isinstance(tags, dict) or not all(isinstance(value, str) for value in tags.values()):
        raise UsageProblem(
            f"{where}: production-tags isn't a table of patterns.",
            'Write it as production-tags = {environment = "*prod*"}.',
        )
    aliases = table.get("production-aliases")
    return Configuration(
        accounts=accounts,
        aliases=DEFAULT_ALIASES if aliases is None else _texts(table, "production-aliases", where),
        tags=dict(tags),
        requires_tags=bool(table.get("production-tags")),
        unreadable_alias_is_fine=excepted,
        file=file,
    )


def _texts(table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UsageProblem(f"{where}: {key} isn't a list of texts.", f'Write it as {key} = ["…"].')
    return tuple(value)
