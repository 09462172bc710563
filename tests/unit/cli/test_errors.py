"""Errors: one sentence, the right exit code, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.commands import overlays
from harness.commands.exit_codes import ExitCode
from harness.errors import DeploymentFailed, HarnessError, MissingRequirement, UsageProblem


@pytest.fixture
def failing_with(monkeypatch):
    """Makes `harness overlays` fail with an exception."""

    def make(error: Exception) -> None:
        def fail() -> None:
            raise error

        monkeypatch.setattr(overlays, "known_overlays", fail)

    return make


def test_exit_codes_are_a_promise_to_scripts():
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "FAILED": 1,
        "USAGE": 2,
        "ENVIRONMENT": 3,
    }


@pytest.mark.parametrize(
    "error", [HarnessError, DeploymentFailed, UsageProblem, MissingRequirement]
)
def test_an_error_is_printed_with_its_remedy_and_ends_with_its_code(harness, failing_with, error):
    failing_with(error("The port is taken.", "Name another one."))
    said = harness("overlays", "--json")
    assert said.err == "Error: The port is taken. Name another one.\n"
    assert said.out == ""
    assert said.exit_code == error.exit_code
    assert error.exit_code in list(ExitCode)


def test_evidence_stands_beside_the_sentence_and_keeps_no_secret(harness, failing_with):
    error = HarnessError("It ended.", "Its last log lines follow.")
    error.add_note("a line\nAKIAIOSFODNN7EXAMPLE")
    failing_with(error)
    assert harness("overlays").err == (
        "Error: It ended. Its last log lines follow.\n\na line\n[redacted]\n"
    )


def test_an_unexpected_error_is_a_sentence_with_the_details_in_a_file(harness, failing_with):
    failing_with(ZeroDivisionError("by zero"))
    said = harness("overlays")
    assert said.exit_code == ExitCode.FAILED
    assert "Traceback" not in said.err
    assert "the harness itself failed (ZeroDivisionError: by zero)." in said.err
    found = re.search(r"Details are in (\S+);", said.err)
    assert found
    details = Path(found.group(1))
    assert "Traceback" in details.read_text()
    details.unlink()


def test_debug_shows_the_traceback(failing_with):
    from harness.cli import main

    failing_with(ZeroDivisionError("by zero"))
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "overlays"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rnu"], "No such command 'rnu'. Did you mean 'run'?"),
        (["run", "--nonsense"], "No such option: --nonsense"),
        (["up", "--port", "70000"], "less than or equal to 65535"),
        (["deploy", "template.yaml"], "Missing option '--name'"),
        (["deploy"], "Missing argument 'TEMPLATE'"),
    ],
)
def test_a_wrong_command_line_is_answered_in_a_sentence(harness, arguments, sentence):
    said = harness(*arguments)
    assert said.exit_code == ExitCode.USAGE
    assert sentence in said.err
