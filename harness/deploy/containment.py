"""Paths that a template names, held within the template's folder.

Templates come from other people: one that names `../../.ssh` must not get it packaged.
"""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from .problems import TemplateProblem


def resolve_within(folder: Path, named: str, *, where: str, base: Path | None = None) -> Path:
    """Resolve a path that a file in `folder` names.

    Args:
        folder: The folder that holds everything that may be named.
        named: The path as written.
        where: Who names it, for the error: `CodeUri of "Hello"`.
        base: What the path is relative to, within `folder`; `folder` itself when not given.

    Returns:
        The path with all symbolic links resolved; it exists.

    Raises:
        TemplateProblem: It doesn't exist, or lies elsewhere (absolute, by `..`, by a link).
    """
    home = folder.resolve()
    if "\0" in named:
        raise TemplateProblem(f"{where} names a path with a zero byte.", "Name a file or folder.")
    if PureWindowsPath(named).drive:
        raise _outside(named, home, where)
    try:
        found = ((base or home).resolve() / named).resolve()
    except (OSError, RuntimeError) as problem:  # RuntimeError: a loop of links, before 3.13
        raise TemplateProblem(
            f"{where} names {named}, which can't be read: {problem}.", "Correct the path."
        ) from problem
    if not found.is_relative_to(home):
        raise _outside(named, home, where)
    if not found.exists():
        raise TemplateProblem(
            f"{where} names {named}, which doesn't exist in {base or home}.",
            "Correct the path; it is relative to the template.",
        )
    return found


def _outside(named: str, home: Path, where: str) -> TemplateProblem:
    return TemplateProblem(
        f"{where} names {named}, which is outside the template's folder {home}.",
        "Move what it names into that folder, or the template to a folder that holds both.",
    )
