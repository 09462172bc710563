"""Which scenarios a run is about."""

from __future__ import annotations

import pytest

from harness.errors import UsageProblem
from harness.running.patterns import chosen


@pytest.fixture
def here(tmp_path):
    for pattern in ("catch-all", "tenant-isolation"):
        folder = tmp_path / "scenarios" / pattern
        folder.mkdir(parents=True)
        (folder / "test_it.py").touch()
    (tmp_path / "scenarios" / "no-tests").mkdir()
    return tmp_path


def test_without_names_all_scenarios_with_tests_run(here):
    assert list(chosen(here, [])) == ["catch-all", "tenant-isolation"]


def test_named_scenarios_run_in_the_order_in_which_they_are_named(here):
    assert list(chosen(here, ["tenant-isolation", "catch-all"])) == [
        "tenant-isolation",
        "catch-all",
    ]


def test_a_misspelt_pattern_is_answered_with_the_near_one(here):
    with pytest.raises(UsageProblem) as refusal:
        chosen(here, ["cach-all"])
    assert str(refusal.value) == (
        'Unknown pattern "cach-all". Did you mean "catch-all"? (catch-all, tenant-isolation)'
    )


def test_a_folder_without_scenarios_is_refused(tmp_path):
    with pytest.raises(UsageProblem, match=r"There is no scenarios/<pattern>/test_\*\.py below"):
        chosen(tmp_path, [])
