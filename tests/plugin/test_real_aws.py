"""A run on AWS, as pytest sees it: asked about first, cleaned up last; nothing is sent here."""

from __future__ import annotations

import pytest

from harness import targets
from harness.errors import HarnessError
from harness.suite.real_aws import RealAws
from harness.targets.aws.identity import IdentityRefused
from harness.targets.aws.journal import Thing

from .conftest import NotingTarget

pytest_plugins = ["pytester"]

REAL = ("--real-aws", "--aws-account", "111111111111")
USES_THE_TARGET = "def test_it(target): assert target.name"


class NotingAws(NotingTarget):
    """A target that notes what a run on AWS does with it."""

    name, run_id = "aws", "ab12cd34"
    capabilities = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.complaint: HarnessError | None = None
        self.things: list[Thing] = []

    def install_guard(self) -> None:
        self.notes.append("guard")

    def remove_everything(self) -> None:
        self.notes.append("remove everything")
        if self.complaint:
            raise self.complaint

    def left(self) -> list[Thing]:
        return self.things

    def describe(self) -> dict:
        return {
            "target": "aws",
            "account": "111111111111",
            "regions": ["us-east-1"],
            "callers": ["arn:caller"],
            "run": self.run_id,
        }


@pytest.fixture
def aws(monkeypatch):
    target = NotingAws()
    monkeypatch.setattr(targets, "target_named", lambda name, options=None: target)
    return target


def test_the_plan_comes_before_the_first_test_and_the_removal_after_the_last(suite, aws):
    result = suite(*REAL, "--aws-yes", "-v", test_a=USES_THE_TARGET)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["Plan for the account 111111111111 in us-east-1:", "Run: ab12cd34*", "*test_it PASSED*"]
    )
    assert aws.notes == ["guard", "start", "remove everything", "stop"]


def test_nobody_to_ask_means_nothing_is_sent(suite, aws):
    result = suite(*REAL, test_a=USES_THE_TARGET)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*there is no terminal. Say --aws-yes to run without*"])
    assert aws.notes == []


@pytest.mark.parametrize(("answer", "passed"), [("y", 1), ("", 0), ("no", 0)])
def test_the_answer_decides(suite, aws, monkeypatch, answer, passed):
    asked = []
    monkeypatch.setattr(RealAws, "_require_an_answer", lambda self: None)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    result = suite(*REAL, test_a=USES_THE_TARGET)
    assert asked == ["Run this? [y/N] "]
    assert result.ret == (0 if passed else 1)
    assert ("1 passed" in result.stdout.str()) is bool(passed)


def test_who_may_not_run_is_told_in_a_sentence(suite, aws):
    aws.failure = IdentityRefused("The credentials are for another account.", "Name it.")
    result = suite(*REAL, "--aws-yes", test_a=USES_THE_TARGET)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: The credentials are for another account. Name it."])
    assert "remove everything" not in aws.notes


def test_collecting_asks_nobody(suite, aws):
    assert suite(*REAL, "--collect-only", test_a=USES_THE_TARGET).ret == 0
    assert aws.notes == []


def test_what_stays_fails_the_run_and_is_named(suite, aws):
    aws.complaint = HarnessError("A bucket could not be deleted.", "Sweep it.")
    aws.complaint.add_note("AWS::S3::Bucket b: denied")
    result = suite(*REAL, "--aws-yes", test_a=USES_THE_TARGET)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["ERROR: A bucket could not be deleted. Sweep it.", "AWS::S3::Bucket b: denied"]
    )


def test_what_is_kept_is_named(suite, aws):
    aws.things = [Thing("AWS::S3::Bucket", "1", "r", "b")]
    result = suite(*REAL, "--aws-yes", "--keep-stacks", test_a=USES_THE_TARGET)
    result.stdout.fnmatch_lines(['1 things of this run are in*"harness aws sweep --run ab12cd34*'])


def test_a_second_interruption_ends_the_cleaning_up_with_a_sentence(suite, aws, pytester):
    aws.things = [Thing("AWS::S3::Bucket", "1", "r", "b")]
    module = """
        import pytest

        @pytest.fixture
        def slow():
            yield
            raise KeyboardInterrupt

        def test_it(slow, target):
            raise KeyboardInterrupt
    """
    pytester.makepyfile(test_a=module)
    result = pytester.runpytest_inprocess(*REAL, "--aws-yes", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stderr.fnmatch_lines(["Exit: Interrupted while cleaning up."])
    result.stdout.fnmatch_lines(["1 things of this run are in*"])
    assert "remove everything" not in aws.notes
