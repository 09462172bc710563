"""Which libraries are installed, and when that is done anew."""

from __future__ import annotations

import json

import pytest

from harness.deploy.build_plan import Workflow, plan_of
from harness.deploy.functions import Function
from harness.deploy.problems import TemplateProblem


def function(folder, runtime="python3.13", **rest):
    return Function("F", 'CodeUri of "F"', folder, runtime, "app.handler", **rest)


def package(**rest) -> str:
    return json.dumps({"name": "x", "version": "1.0.0", **rest})


@pytest.mark.parametrize(
    ("files", "runtime"),
    [
        ({"app.py": ""}, "python3.13"),
        ({"requirements.txt": "\n# none\n"}, "python3.13"),
        ({"requirements.txt": "idna"}, "nodejs22.x"),
        ({"package.json": package()}, "nodejs22.x"),
        ({"package.json": package(devDependencies={"a": "1"})}, "nodejs22.x"),
        ({"package.json": package(dependencies={"a": "1"})}, "python3.13"),
        ({"requirements.txt": "idna"}, "provided.al2023"),
        ({"requirements.txt": "idna"}, None),
    ],
)
def test_there_may_be_nothing_to_install(project, files, runtime):
    assert plan_of(function(project(files), runtime)) is None


def test_sam_s_skip_build_is_heeded(project):
    assert plan_of(function(project({"requirements.txt": "idna"}), skips_build=True)) is None


def test_a_build_method_that_isn_t_served_is_refused(project):
    folder = project({"requirements.txt": "idna"})
    with pytest.raises(TemplateProblem, match='the BuildMethod "makefile" isn\'t served'):
        plan_of(function(folder, build_method="makefile"))


@pytest.mark.parametrize(
    ("before", "after", "is_same"),
    [
        ({"app.py": "1"}, {"app.py": "2"}, True),
        ({}, {"requirements.txt": "idna==3.9"}, False),
        ({"requirements.txt": "-r more.txt", "more.txt": "a"}, {"more.txt": "b"}, False),
        ({"requirements.txt": "./lib", "lib/x.py": "a"}, {"lib/x.py": "b"}, False),
        ({"pyproject.toml": "[tool.uv.pip]"}, {"pyproject.toml": "[tool.uv]"}, False),
        ({}, {"uv.toml": "no-index = true"}, False),
    ],
    ids=["own code", "requirements", "a further file", "a local package", "settings", "uv.toml"],
)
def test_python_libraries_are_kept_until_what_names_them_changes(project, before, after, is_same):
    first = plan_of(function(project({"requirements.txt": "idna", **before})))
    key = first.key
    second = plan_of(function(project(after)))
    assert first.workflow is Workflow.PYTHON
    assert (key == second.key) is is_same


@pytest.mark.parametrize(
    ("dependencies", "after", "is_same"),
    [
        ({"ms": "2"}, {"index.js": "2"}, True),
        ({"ms": "2"}, {"package-lock.json": "{}"}, False),
        ({"ms": "file:./lib"}, {"lib/index.js": "2"}, False),
    ],
    ids=["own code", "a lock file", "a local package"],
)
def test_node_libraries_are_kept_until_what_names_them_changes(
    project, dependencies, after, is_same
):
    folder = project({"package.json": package(dependencies=dependencies), "index.js": "1"})
    first = plan_of(function(folder, "nodejs22.x"))
    key = first.key
    assert first.workflow is Workflow.NODE
    assert (key == plan_of(function(project(after), "nodejs22.x")).key) is is_same


def test_another_runtime_or_processor_is_another_build(project):
    folder = project({"requirements.txt": "idna"})
    plans = [
        plan_of(function(folder)),
        plan_of(function(folder, "python3.12")),
        plan_of(function(folder, architecture="arm64")),
        plan_of(function(folder, is_layer=True)),
    ]
    assert len({plan.key for plan in plans}) == len(plans)


def test_a_package_json_that_is_none_is_refused(project):
    folder = project({"package.json": "{"})
    with pytest.raises(TemplateProblem, match="isn't JSON"):
        plan_of(function(folder, "nodejs22.x"))
