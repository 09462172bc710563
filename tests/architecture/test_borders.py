"""The borders that import-linter can't see: scenarios' imports, overlays' papers, file sizes."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OVERLAYS = sorted(folder.parent for folder in (ROOT / "harness" / "overlays").glob("*/overlay.py"))
SCENARIOS = sorted(path.parent for path in (ROOT / "scenarios").glob("*/README.md"))
TEST_LIBRARIES = {"pytest", "hypothesis", "boto3", "botocore", "harness", "httpx", "yaml"}
OWN_LIBRARIES = {"sqs-encryption": {"cryptography"}}
"""What a pattern is about, beside AWS: here that the client encrypts."""


def imported_packages(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_a_scenario_imports_the_harness_boto3_and_test_libraries_only(folder):
    own = {path.stem for path in folder.rglob("*.py")}
    allowed = TEST_LIBRARIES | set(sys.stdlib_module_names) | own
    allowed |= OWN_LIBRARIES.get(folder.name, set())
    found = {
        name
        for file in folder.glob("*.py")
        for name in imported_packages(file)
        if name not in allowed
    }
    assert not found


@pytest.mark.parametrize("folder", SCENARIOS, ids=lambda folder: folder.name)
def test_a_scenario_draws_its_pattern(folder):
    assert "```mermaid" in (folder / "README.md").read_text()


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_an_overlay_says_what_it_fills_fakes_and_lacks(folder):
    text = (folder / "README.md").read_text()
    wanted = ("## What AWS does", "## What LocalStack lacks", "## What is faked", "## Limits")
    assert [heading for heading in wanted if heading not in text] == []


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_an_overlay_stands_in_the_readme_and_the_import_contracts(folder):
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    readme = (ROOT / "README.md").read_text()
    assert readme.count(f"(harness/overlays/{folder.name}/README.md)") == 1
    assert f"harness.overlays.{folder.name}" in str(contracts)


@pytest.mark.parametrize("folder", OVERLAYS, ids=lambda folder: folder.name)
def test_only_patch_modules_touch_upstream(folder):
    """Patches sit where a reader looks for them: in modules named `patches`."""
    elsewhere = [
        str(file.relative_to(ROOT))
        for file in folder.rglob("*.py")
        if not file.stem.endswith("patches")
        and any(f"@{kind}(" in file.read_text() for kind in ("replaces", "extends"))
        and folder.name != "core"
    ]
    assert elsewhere == []


def test_no_module_is_named_utils():
    assert not list((ROOT / "harness").rglob("util*.py"))


def test_what_is_copied_into_an_overlay_is_importable_without_the_client(tmp_path):
    """`harness` itself and `harness.wire` load no library but Python's own."""
    for name in ("__init__.py", "wire.py"):
        tree = ast.parse((ROOT / "harness" / name).read_text())
        top_level = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        modules = {getattr(node, "module", None) or node.names[0].name for node in top_level}
        assert modules <= {"__future__", "typing", "harness.wire"}
