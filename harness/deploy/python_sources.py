"""Python functions that can't even be compiled, found before anything is deployed.

Only the handler's module is read, and what it imports of the function's own folder: packaged
libraries bring files that are no Python of this version and that nobody imports.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from .problems import TemplateProblem


def check_python_function(folder: Path, handler: object, runtime: object, *, where: str) -> None:
    """Check the syntax of a function's handler and of the modules that it imports.

    A module that doesn't exist is no problem here: a layer may hold it, and if none does, Lambda
    says so when it is invoked.

    Args:
        folder: The function's code.
        handler: The template's value, such as `app.handler`; anything but text is left alone.
        runtime: The template's value, such as `python3.13`; other languages are left alone.
        where: Who names the code, for the error.

    Raises:
        TemplateProblem: A module has a syntax error.
    """
    if not isinstance(handler, str) or not isinstance(runtime, str) or not _can_judge(runtime):
        return
    module = handler.rpartition(".")[0].replace("/", ".")
    pending, seen = [module], set[str]()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        for file in _files_of(folder, name):
            tree = _parsed(file, folder, where)
            pending.extend(_imported(tree, name, is_package=file.name == "__init__.py"))


def _can_judge(runtime: str) -> bool:
    # An older Python would refuse syntax that the function's own Python knows.
    language, _, minor = runtime.removeprefix("python").partition(".")
    is_python = runtime.startswith("python") and language == "3" and minor.isdecimal()
    return is_python and int(minor) <= sys.version_info.minor


def _files_of(folder: Path, module: str) -> Iterator[Path]:
    *packages, last = module.split(".")
    home = folder
    for package in packages:
        home = home / package
        if (initial := home / "__init__.py").is_file():
            yield initial
    for file in (home / f"{last}.py", home / last / "__init__.py"):
        if last and file.is_file():
            yield file


def _parsed(file: Path, folder: Path, where: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape sequence runs all the same
            source = file.read_bytes()
            compile(source, str(file), "exec", dont_inherit=True)
            return ast.parse(source, str(file))
    except SyntaxError as problem:
        line = problem.lineno or 1
        raise TemplateProblem(
            f"{file}, line {line}: {problem.msg} ({where} can't be loaded).",
            "Correct the line.",
        ) from problem
    except ValueError as problem:
        raise TemplateProblem(
            f"{file} isn't Python source: {problem} ({where}).", "Save it as UTF-8 text."
        ) from problem


def _imported(tree: ast.Module, module: str, *, is_package: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package)
            if base is not None:
                yield base
                yield from (f"{base}.{name.name}".lstrip(".") for name in node.names)


def _absolute(node: ast.ImportFrom, module: str, is_package: bool) -> str | None:
    if not node.level:
        return node.module
    parents = module.split(".") if is_package else module.split(".")[:-1]
    climbed = node.level - 1
    if climbed > len(parents):
        return None
    kept = parents[: len(parents) - climbed]
    return ".".join([*kept, node.module] if node.module else kept)
