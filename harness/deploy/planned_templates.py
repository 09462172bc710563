"""Which templates a test module deploys, read from its source: nothing is run.

The `stack` fixture means the template beside the module; any other template is named by a text in
a test, or in a fixture that a test uses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .cloud_assembly import is_assembly

STACK_FIXTURE: Final = "stack"
BESIDE: Final = ("template.yaml", "template.yml", "template.json", "cdk.out")
_SUFFIXES: Final = (".yaml", ".yml", ".json", ".template")


@dataclass(frozen=True)
class _Function:
    """A test or a fixture.

    Attributes:
        uses: Names of its parameters: the fixtures that it asks for.
        texts: The texts in it.
    """

    uses: frozenset[str]
    texts: frozenset[str]


def templates_of(module: Path) -> list[Path]:
    """Return the templates that a test module deploys, each once.

    Args:
        module: Its file.
    """
    folder = module.parent
    own = _functions_in(module)
    known = {**_functions_in(folder / "conftest.py"), **own}
    found: dict[Path, None] = {}
    for name in _reached(own, known):
        if name == STACK_FIXTURE:
            found.update(dict.fromkeys(_beside(folder)))
        elif name in known:
            found.update(dict.fromkeys(_named(folder, known[name].texts)))
    # A parametrised template is named outside of the function that deploys it.
    found.update(dict.fromkeys(_named(folder, _texts_outside_functions(module))))
    return list(found)


def _functions_in(file: Path) -> dict[str, _Function]:
    tree = _tree(file)
    return {
        node.name: _Function(
            frozenset(one.arg for one in (*node.args.args, *node.args.kwonlyargs)),
            frozenset(_texts(node)),
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _reached(own: Mapping[str, _Function], known: Mapping[str, _Function]) -> Iterator[str]:
    pending = sorted(name for name in own if name.startswith("test_"))
    seen: set[str] = set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        if name in known:
            pending += sorted(known[name].uses)


def _beside(folder: Path) -> Iterator[Path]:
    for name in BESIDE:
        if (folder / name).exists():
            yield folder / name
            return


def _named(folder: Path, texts: frozenset[str]) -> Iterator[Path]:
    for text in sorted(texts):
        path = folder / text
        try:
            is_template = text.endswith(_SUFFIXES) and path.is_file()
            if is_template or (text.endswith("cdk.out") and is_assembly(path)):
                yield path
        except (OSError, ValueError):  # a text that no path can be
            continue


def _texts_outside_functions(file: Path) -> frozenset[str]:
    tree = _tree(file)
    decorators = [
        decorator
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    ]
    plain = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return frozenset(text for node in (*decorators, *plain) for text in _texts(node))


def _texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


def _tree(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])
