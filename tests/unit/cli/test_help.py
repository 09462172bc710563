"""Every command explains itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from harness.cli import COMMANDS, app
from harness.cli_reference import reference

REPOSITORY = Path(__file__).parents[3]
DESIGNED = [
    "install",
    "up",
    "down",
    "status",
    "run",
    "deploy",
    "destroy",
    "clock",
    "inbox",
    "iam",
    "overlays",
    "claims",
    "doctor",
]


def test_the_commands_are_the_designed_ones():
    assert list(COMMANDS) == DESIGNED


@pytest.mark.parametrize("command", COMMANDS)
def test_help_opens_with_what_is_done_and_ends_with_an_example(harness, command):
    said = harness(command, "--help")
    _, opening, *rest = said.out.split("\n\n")
    example = next(part for part in rest if part.lstrip().startswith("Example:"))
    assert said.exit_code == 0
    assert re.fullmatch(r"  [A-Z].*\.", opening)
    assert f"    harness {command}" in example


PARAMETERS = {
    f"{name} {parameter.name}": parameter
    for name, command in get_command(app).commands.items()
    for parameter in command.params
}


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_every_option_and_argument_has_a_line(parameter):
    assert parameter.help


@pytest.mark.parametrize("command", COMMANDS)
def test_no_summary_is_cut_in_the_list_of_commands(harness, command):
    (line,) = [
        line for line in harness("--help").out.splitlines() if line.startswith(f"  {command} ")
    ]
    assert not line.endswith("...")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_prints_json_on_demand(harness, command):
    assert "--json" in harness(command, "--help").out


def test_without_a_command_it_explains_itself(harness):
    said = harness()
    assert "harness run" in said.out + said.err
    assert all(command in said.out + said.err for command in COMMANDS)


def test_the_version_is_the_packages(harness):
    assert re.fullmatch(r"harness \d+\.\d+\.\d+\n", harness("--version").out)


def test_the_reference_page_is_what_help_says():
    page = REPOSITORY / "docs" / "cli.md"
    assert page.read_text() == reference(), (
        "docs/cli.md is generated: python -m harness.cli_reference > docs/cli.md"
    )
