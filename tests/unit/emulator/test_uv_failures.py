"""uv's failures, in a user's words."""

from __future__ import annotations

import pytest

from harness.emulator.uv_failures import explain
from harness.errors import HarnessError, MissingRequirement


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("cause: failed to write: No space left on device (os error 28)", "No space is left"),
        ("cause: failed to create directory: Permission denied (os error 13)", "written to"),
        ("error: Request failed after 3 retries\n cause: dns error", "can't be downloaded"),
        ("cause: invalid peer certificate: UnknownIssuer", "certificate isn't trusted"),
        ("error: No solution found\n cause: x was not found in the package registry", "lacks"),
        ("error: Failed to fetch x: No space left on device", "No space is left"),
    ],
    ids=["disk full", "permission", "DNS", "certificate", "absent", "full while fetching"],
)
def test_what_the_machine_lacks(said, sentence, tmp_path):
    error = explain(said, tmp_path)

    assert isinstance(error, MissingRequirement)
    assert sentence in str(error)
    assert error.remedy
    assert said.splitlines()[0] in error.__notes__[0]


def test_a_changed_file_is_no_matter_of_the_machine(tmp_path):
    error = explain("error: Hash mismatch for `six==1.0`", tmp_path)

    assert type(error) is HarnessError
    assert "isn't the one that the lock file names" in str(error)


def test_anything_else_shows_uvs_last_words(tmp_path):
    error = explain("\n".join(f"line {n}" for n in range(100)), tmp_path)

    assert "uv could not install" in str(error)
    assert error.__notes__[0].endswith("line 99")
    assert "line 1\n" not in error.__notes__[0]
