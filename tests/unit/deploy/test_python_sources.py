"""A syntax error in a function is found before anything is deployed."""

from __future__ import annotations

import sys

import pytest

from harness.deploy.problems import TemplateProblem
from harness.deploy.python_sources import check_python_function

BROKEN = "x = 1\ny = (\n"
WHERE = 'CodeUri of "F"'


@pytest.fixture
def check(project):
    def check(files, handler="app.handler", runtime="python3.11"):
        check_python_function(project(files), handler, runtime, where=WHERE)

    return check


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"app.py": BROKEN}, "app.handler"),
        ({"src/app.py": BROKEN}, "src/app.handler"),
        ({"src/app.py": BROKEN}, "src.app.handler"),
        ({"app/__init__.py": BROKEN}, "app.handler"),
        ({"app.py": "import lib", "lib.py": BROKEN}, "app.handler"),
        ({"app.py": "from lib import x", "lib/__init__.py": "", "lib/x.py": BROKEN}, "app.handler"),
        ({"a/app.py": "from . import b", "a/b.py": BROKEN}, "a.app.handler"),
        ({"a/app.py": "from .b import c", "a/b.py": BROKEN}, "a.app.handler"),
        ({"a/b/app.py": "from ..c import d", "a/c.py": BROKEN}, "a.b.app.handler"),
        ({"a/__init__.py": BROKEN, "a/app.py": ""}, "a.app.handler"),
        ({"app.py": "def f():\n  import lib", "lib.py": BROKEN}, "app.handler"),
    ],
)
def test_a_module_that_the_handler_loads_is_named_with_its_line(check, files, handler):
    with pytest.raises(TemplateProblem) as refusal:
        check(files, handler)
    [broken] = [name for name, content in files.items() if content is BROKEN]
    assert f"{broken}, line 2: '(' was never closed ({WHERE} can't be loaded)." in str(
        refusal.value
    )


@pytest.mark.parametrize(
    ("files", "handler", "runtime"),
    [
        ({"app.py": "", "vendored.py": BROKEN}, "app.handler", "python3.11"),
        ({"other.py": ""}, "app.handler", "python3.11"),
        ({"app.py": BROKEN}, "app.handler", "nodejs22.x"),
        ({"app.py": BROKEN}, None, "python3.11"),
        ({"app.py": BROKEN}, {"Ref": "Handler"}, "python3.11"),
        ({"app.py": BROKEN}, "app.handler", {"Ref": "Runtime"}),
        ({"app.py": BROKEN}, "app.handler", f"python3.{sys.version_info.minor + 1}"),
        ({"app.py": "import app"}, "app.handler", "python3.11"),
        ({"app.py": "x = '\\d'"}, "app.handler", "python3.11"),
        ({"app.py": "from ....... import x"}, "app.handler", "python3.11"),
    ],
    ids=[
        "a module that nobody loads",
        "a handler that a layer may hold",
        "another language",
        "no handler",
        "a handler to be resolved",
        "a runtime to be resolved",
        "a newer Python's syntax",
        "a module that imports itself",
        "a mere warning",
        "an import beyond the top",
    ],
)
def test_what_may_work_is_left_to_lambda(check, files, handler, runtime):
    check(files, handler, runtime)


def test_a_source_that_is_no_text_is_refused(check):
    with pytest.raises(TemplateProblem, match=r"app\.py"):
        check({"app.py": b"x = '\xff'"})
