"""What a failed build is told as."""

from __future__ import annotations

import pytest

from harness.emulator.image.failures import explain
from harness.errors import HarnessError, MissingRequirement

BASE = "python:3.13-slim"
INSTALLING = "#9 3.1 harness: installing LocalStack\n"


@pytest.mark.parametrize(
    ("said", "problem", "remedy"),
    [
        ("write /x: no space left on device", "disk is full", "harness image remove --old"),
        (
            "failed to solve: failed to do request: Head https://registry-1.docker.io/v2/: "
            "dial tcp: lookup registry-1.docker.io: no such host",
            "python:3.13-slim isn't here, and no registry gives it",
            "harness image base",
        ),
        ("pull access denied for nothing", "isn't here", "HARNESS_IMAGE_BASE"),
        ("/bin/sh: 1: python3.13: not found", "has no python3.13", "--base"),
        ("harness: the base image has no pip, and there", "no pip", "--wheelhouse"),
        (
            INSTALLING + "ERROR: No matching distribution found for boto3",
            "can't get the packages",
            "--package-index-config",
        ),
        (
            INSTALLING + "SSLError(SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED",
            "certificate isn't trusted",
            "--certificates",
        ),
        (
            INSTALLING + "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE FILE",
            "isn't the one that the lock file names",
            "index or wheelhouse",
        ),
        (
            INSTALLING + "error reading from server: EOF",
            "went away",
            "repeat the command",
        ),
        ("harness: the emulator didn't start; its log is above.", "doesn't start in it", "log"),
        ("something new", "could not build the image", "harness doctor"),
    ],
)
def test_it_is_a_sentence_with_a_remedy(said, problem, remedy):
    error = explain(said, BASE)

    assert problem in error.problem
    assert remedy in error.remedy
    assert said.splitlines()[-1] in error.__notes__[0]


def test_what_the_machine_lacks_is_told_apart_from_a_failure():
    assert isinstance(explain("no space left on device", BASE), MissingRequirement)
    assert type(explain("something new", BASE)) is HarnessError


def test_the_evidence_is_the_end_of_what_was_said():
    note = explain("\n".join(f"line {number}" for number in range(100)), BASE).__notes__[0]

    assert "line 99" in note
    assert "line 9\n" not in note
