"""What stands beside a failure."""

from __future__ import annotations

import pytest

from harness.errors import MissingRequirement

pytest_plugins = ["pytester"]

RAISING = """
    from harness.errors import DeploymentFailed

    def fail():
        error = DeploymentFailed("The stack could not be created.", "See below.")
        error.add_note("10:00 CREATE_FAILED Bus")
        raise error
"""


def test_a_target_that_does_not_start_is_tried_once_and_told_as_a_sentence(suite, noting_target):
    noting_target.failure = MissingRequirement("The port is taken.", "Name another one.")
    noting_target.failure.add_note("its last log lines")
    module = "def test_one(client): pass\ndef test_two(account): pass"
    result = suite(test_a=module, test_b=module)
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(["The port is taken. Name another one.", "*its last log lines*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*run_target.py*")
    assert noting_target.notes == ["start"]


def test_an_error_in_a_test_is_told_with_the_tests_line(suite, noting_target):
    result = suite(test_a=f"{RAISING}\n    def test_it(target):\n        fail()\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "test_a.py:*",
            "The stack could not be created. See below.",
            "*10:00 CREATE_FAILED Bus*",
        ]
    )


def test_a_test_can_expect_an_error(suite, noting_target):
    module = f"""{RAISING}
    def test_it(target):
        import pytest
        with pytest.raises(DeploymentFailed, match="could not be created"):
            fail()
    """
    suite(test_a=module).assert_outcomes(passed=1)


def test_the_targets_log_stands_beside_a_failure_without_secrets(suite, noting_target):
    result = suite(test_a="def test_it(target): assert 1 == 2")
    result.stdout.fnmatch_lines(
        ["*emulator's log, its last lines*", "the emulator's last words, key [[]redacted[]]"]
    )


def test_evidence_that_cannot_be_had_does_not_replace_the_failure(
    suite, noting_target, monkeypatch
):
    def evidence():
        raise OSError("gone")

    monkeypatch.setattr(noting_target, "evidence", evidence)
    result = suite(test_a="def test_it(target): assert 1 == 2")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert 1 == 2", "(not readable: gone)"])


@pytest.mark.parametrize("outcome", ["pass", "import pytest; pytest.skip('why')"])
def test_what_did_not_fail_has_no_evidence(suite, noting_target, outcome):
    result = suite("-rA", test_a=f"def test_it(target): {outcome}")
    result.stdout.no_fnmatch_line("*last words*")
