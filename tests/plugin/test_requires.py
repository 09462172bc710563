"""The requires marker."""

from __future__ import annotations

pytest_plugins = ["pytester"]

REQUIRING = """
    import pytest

    @pytest.mark.requires("{}")
    def test_it(target): pass
"""


def test_a_target_that_has_the_capability_runs_the_test(suite, noting_target):
    suite(test_a=REQUIRING.format("reset")).assert_outcomes(passed=1)


def test_a_target_that_lacks_it_skips_the_test_and_says_so(suite, noting_target):
    result = suite("-rs", test_a=REQUIRING.format("time-travel"))
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(['SKIPPED*test_a.py:*the target "noting" lacks time-travel'])


def test_a_skipped_test_starts_no_target(suite, noting_target):
    suite(test_a=REQUIRING.format("inbox"))
    assert noting_target.notes == []


def test_a_misspelt_capability_is_an_error(suite, noting_target):
    result = suite(test_a=REQUIRING.format("time-travle"))
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            '*test_a.py::test_it requires the unknown capability "time-travle".'
            " (environments, iam, inbox, reset, time-travel, trace)*"
        ]
    )
