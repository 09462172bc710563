"""Paths in templates stay in the template's folder."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.deploy.containment import resolve_within
from harness.deploy.problems import TemplateProblem

WHERE = 'CodeUri of "F"'


@pytest.fixture
def folder(project):
    return project({"home/fn/app.py": "", "outside/secret": ""}) / "home"


@pytest.mark.parametrize("named", ["fn", "./fn", "fn/", "fn/../fn", "fn/app.py", "."])
def test_what_lies_in_the_folder_is_found(folder, named):
    assert resolve_within(folder, named, where=WHERE) == (folder / named).resolve()


@pytest.mark.parametrize("named", ["../outside", "/etc/passwd", "fn/../../outside", "C:\\x", ".."])
def test_what_lies_elsewhere_is_refused(folder, named):
    with pytest.raises(TemplateProblem, match="which is outside the template's folder"):
        resolve_within(folder, named, where=WHERE)


def test_a_link_that_leads_elsewhere_is_refused(folder):
    (folder / "link").symlink_to(folder.parent / "outside")
    with pytest.raises(TemplateProblem, match="outside the template's folder"):
        resolve_within(folder, "link/secret", where=WHERE)


def test_a_link_within_the_folder_is_followed(folder):
    (folder / "link").symlink_to("fn")
    assert resolve_within(folder, "link", where=WHERE) == (folder / "fn").resolve()


def test_what_is_missing_is_named_with_who_names_it(folder):
    with pytest.raises(TemplateProblem, match=f"{WHERE} names nope, which doesn't exist"):
        resolve_within(folder, "nope", where=WHERE)


def test_a_loop_of_links_is_no_crash(folder):
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    with pytest.raises(TemplateProblem):
        resolve_within(folder, "a", where=WHERE)


def test_a_nested_template_may_climb_within_its_parents_folder(folder):
    base = folder / "fn"
    assert resolve_within(folder, "../fn/app.py", where=WHERE, base=base) == base / "app.py"
    with pytest.raises(TemplateProblem):
        resolve_within(folder, "../../outside", where=WHERE, base=base)


parts = st.lists(st.sampled_from(["..", ".", "fn", "app.py", "outside", "home", "a b"]), max_size=6)


@given(parts=parts, is_absolute=st.booleans())
def test_whatever_is_named_the_answer_lies_within(tmp_path_factory, parts, is_absolute):
    root = tmp_path_factory.getbasetemp() / "containment"
    home = root / "home"
    (home / "fn").mkdir(parents=True, exist_ok=True)
    (root / "outside").mkdir(exist_ok=True)
    named = str(PurePosixPath(*parts)) if parts else "."
    named = os.path.join(root, named) if is_absolute else named  # noqa: PTH118
    try:
        found = resolve_within(home, named, where=WHERE)
    except TemplateProblem:
        return
    assert Path(os.path.commonpath([found, home.resolve()])) == home.resolve()
