"""Installed, the plugin does nothing until it is used."""

from __future__ import annotations

import subprocess
import sys

pytest_plugins = ["pytester"]

HEAVY = (
    "boto3",
    "jinja2",
    "yaml",
    "httpx",
    "rich",
    "psutil",
    "harness.targets",
    "harness.emulator",
)
PROBE = f"""
import sys, pytest
exit_code = pytest.main(["-q", "-p", "no:randomly"])
print("LOADED", [name for name in {HEAVY!r} if name in sys.modules], int(exit_code))
"""


def test_a_suite_that_uses_nothing_of_it_starts_and_loads_nothing(pytester):
    pytester.makepyfile("def test_it(): pass")
    done = subprocess.run(
        [sys.executable, "-c", PROBE], cwd=pytester.path, capture_output=True, text=True, check=True
    )
    assert "LOADED [] 0" in done.stdout


def test_a_suite_that_uses_nothing_of_it_starts_no_target(suite, noting_target):
    suite(test_a="def test_it(): pass").assert_outcomes(passed=1)
    assert noting_target.notes == []


def test_a_failure_elsewhere_is_left_as_it_is(suite, noting_target):
    result = suite(test_a="def test_it(): assert 1 == 2")
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*emulator's log*")
    assert noting_target.notes == []
