"""The plugin's options: what this version has, and honest answers about the rest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PASSING = "def test_it(): pass"
REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "contaner"], 'Unknown target "contaner". Did you mean "container"?'),
        (["--target", "aws"], "--target aws alone doesn't reach an AWS account."),
        (["--real-aws"], "--real-aws doesn't say which account may be used."),
        (["--aws-account", "1"], "--aws-account goes with --real-aws, which isn't there."),
        (["--real-aws", "--aws-account", "1"], '--aws-account "1" isn\'t an account id.'),
        (["--aws-region", "us-east-1"], "--aws-region goes with --real-aws"),
        (["--aws-profile", "p"], "--aws-profile goes with --real-aws"),
        (["--aws-yes"], "--aws-yes goes with --real-aws"),
        (
            ["--real-aws", "--aws-account", "123456789012", "--iam", "off"],
            "--iam off doesn't go with --real-aws: on AWS policies always decide.",
        ),
        (["-o", "harness_iam=on"], "Unknown harness_iam 'on' (enforce, audit, off)."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_go_together_or_is_lacking_is_a_usage_error(suite, arguments, said):
    result = suite(*arguments, test_a=PASSING)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {said.replace('[', '[[]')}*"])


@pytest.mark.parametrize(
    "arguments", [["--target", "embedded"], ["--iam", "enforce"]], ids=" ".join
)
def test_the_defaults_can_be_spelled_out(suite, arguments):
    suite(*arguments, test_a=PASSING).assert_outcomes(passed=1)


def test_every_option_is_documented(pytester):
    said = pytester.runpytest_inprocess("--help").stdout.str()
    section = said.split("AWS pattern harness:")[1].split("\n\n")[0]
    options = set(re.findall(r"^  (--[a-z-]+)", section, flags=re.MULTILINE))
    page = (REPOSITORY / "docs" / "testing.md").read_text()
    assert options >= {"--target", "--real-aws", "--keep-stacks", "--iam", "--harness-report"}
    assert [option for option in sorted(options) if f"`{option}" not in page] == []


def test_the_markers_are_documented(pytester):
    said = pytester.runpytest_inprocess("--markers").stdout.str()
    assert '@pytest.mark.claim("pattern.claim"' in said
    assert '@pytest.mark.requires("capability"' in said


def test_the_fixtures_are_documented(pytester):
    said = pytester.runpytest_inprocess("--fixtures", "-q").stdout.str()
    page = (REPOSITORY / "docs" / "testing.md").read_text()
    ours = ["target", "account", "region", "client", "deploy", "stack", "eventually"]
    for fixture in [*ours, "environments"]:
        description = re.search(rf"^{fixture}\b.*\n    \S", said, flags=re.MULTILINE)
        assert description, fixture
        assert fixture in page
