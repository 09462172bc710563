"""What a target can do decides what runs, never what it is called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    [
        ROOT / "harness" / "plugin.py",
        *(ROOT / "harness" / "suite").rglob("*.py"),
        *(ROOT / "harness" / "observe").rglob("*.py"),
        *(ROOT / "harness" / "deploy").rglob("*.py"),
        *(ROOT / "scenarios").rglob("*.py"),
    ]
)


def asks_for_a_targets_name(node: ast.AST) -> bool:
    """Say whether an expression is `target.name`, or what a target's description calls it."""
    if isinstance(node, ast.Attribute) and node.attr == "name":
        return "target" in ast.unparse(node.value).lower()
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value == "target" and "describe" in ast.unparse(node.value)
    return False


def decisions_by_name(source: str) -> Iterator[int]:
    """Yield the lines that compare a target's name with something."""
    for node in ast.walk(ast.parse(source)):
        compared: list[ast.AST] = []
        if isinstance(node, ast.Compare):
            compared = [node.left, *node.comparators]
        elif isinstance(node, ast.Match):
            compared = [node.subject]
        elif isinstance(node, ast.Attribute) and node.attr in ("startswith", "endswith"):
            compared = [node.value]
        if any(asks_for_a_targets_name(one) for one in compared):
            yield node.lineno


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nothing_is_decided_by_a_targets_name(file):
    assert list(decisions_by_name(file.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        'if target.name == "aws": pass',
        'x = self._target.name in ("aws", "embedded")',
        'match run_target.target.name:\n    case "aws": pass',
        'if target.describe()["target"] != "aws": pass',
        'if target.name.startswith("aws"): pass',
    ],
)
def test_a_decision_by_name_is_found(source):
    assert list(decisions_by_name(source)) == [1]
