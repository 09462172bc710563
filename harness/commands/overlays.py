"""`harness overlays`."""

from __future__ import annotations

import ast
from pathlib import Path

import harness

from .output import AsJson, print_json, print_table, table


def overlays(as_json: AsJson = False) -> None:
    """List what the harness adds to LocalStack.

    An overlay fills a gap the way AWS behaves; its README says what AWS does, what LocalStack
    lacks, what is faked, and where the limits are.

    \b
    Example:
      harness overlays
    """
    found = known_overlays()
    if as_json:
        print_json([{"name": name, "fills": fills} for name, fills in found])
        return
    shown = table("overlay", "fills")
    for name, fills in found:
        shown.add_row(name, fills)
    print_table(shown)


def known_overlays() -> list[tuple[str, str]]:
    """Return the names of the overlays and what they fill, `core` first.

    They are read, not imported: they import LocalStack, which isn't installed on this side.
    """
    folder = Path(harness.__file__).parent / "overlays"
    found = [_attributes(file) for file in sorted(folder.glob("*/overlay.py"))]
    return sorted(found, key=lambda overlay: (overlay[0] != "core", overlay[0]))


def _attributes(file: Path) -> tuple[str, str]:
    values: dict[str, str] = {}
    for definition in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(definition, ast.ClassDef):
            for statement in definition.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    name = statement.targets[0].id
                    if name in ("name", "fills"):
                        values[name] = ast.literal_eval(statement.value)
    if values.keys() != {"name", "fills"}:
        raise RuntimeError(f"{file} names no overlay")
    return values["name"], values["fills"]
