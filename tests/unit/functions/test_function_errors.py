"""Errors that the platform words."""

from __future__ import annotations

import json

import pytest

from harness.overlays.functions import function_errors


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"exit": 0}, "Runtime exited without providing a reason"),
        ({"exit": 1}, "Runtime exited with error: exit status 1"),
        ({"signal": 9}, "Runtime exited with error: signal: killed"),
        (
            {"signal": 11, "core": True},
            "Runtime exited with error: signal: segmentation fault (core dumped)",
        ),
        ({"signal": 40}, "Runtime exited with error: signal: signal 40"),
    ],
    ids=["exit 0", "exit 1", "killed", "core", "real-time signal"],
)
def test_how_a_process_ended(report, reason):
    assert function_errors.exit_reason(report) == reason


def test_a_timeout_has_two_decimals():
    assert json.loads(function_errors.timed_out("id", 3)) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: id Error: Task timed out after 3.00 seconds",
    }


@pytest.mark.parametrize(
    ("error_type", "known"),
    [
        ("Runtime.ImportModuleError", "Runtime.ImportModuleError"),
        ("Function.ResponseSizeTooLarge", "Function.ResponseSizeTooLarge"),
        ("Function.my_error", "Function.Unknown"),
        ("KeyError", "Runtime.Unknown"),
    ],
)
def test_error_types_of_others_are_unknown_to_the_log(error_type, known):
    assert function_errors.known_type(error_type) == known
