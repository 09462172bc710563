"""The CI recipes are what their services accept, ask for little, and know our command line."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from harness.cli import app

ROOT = Path(__file__).parents[3]
GITHUB = ROOT / "docs" / "ci" / "github-actions.yml"
PAGE = ROOT / "docs" / "ci.md"
TOOLS = Path(sys.executable).parent
SCHEMAS = {
    "github-actions": ["vendor.github-workflows"],
    "gitlab-ci": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}


def harness_commands(text: str) -> Iterator[list[str]]:
    """Find the arguments of each `harness` that a shell script runs."""
    for line in text.replace("\\\n", " ").splitlines():
        for command in re.findall(r"(?:^|[\s(;&|])harness\s+([^|;&)]*)", line):
            yield shlex.split(command, comments=True)


@pytest.fixture
def refusals(capsys):
    """Says what the command line has against commands; it parses them and runs nothing."""

    def refusals(commands: Iterable[list[str]]) -> list[str]:
        idle = without_effects(get_command(app))
        said = []
        for command in commands:
            ours = command[: command.index("--")] if "--" in command else command
            with pytest.raises(SystemExit) as end:
                idle.main(list(ours), prog_name="harness")
            if end.value.code:
                said.append(f"harness {shlex.join(command)}: {capsys.readouterr().err}")
        return said

    return refusals


def without_effects(command: Any) -> Any:
    for inner in getattr(command, "commands", {}).values():
        without_effects(inner)
    if not hasattr(command, "commands"):
        command.callback = lambda **_: None
    return command


def test_a_recipe_is_what_its_service_accepts(file):
    schema = SCHEMAS[file.stem]
    done = subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", *schema, file],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing_in_the_workflow():
    done = subprocess.run(
        [TOOLS / "zizmor", "--offline", "--no-config", "--persona", "auditor", GITHUB],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_actions_are_pinned_to_commits_that_name_their_release():
    used = re.findall(r"uses: (.*)", GITHUB.read_text())
    assert used
    assert [
        line
        for line in used
        if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)
    ] == []


def test_jobs_may_read_the_code_and_one_may_ask_for_a_role(github):
    assert github["permissions"] == {}
    permissions = {name: job["permissions"] for name, job in github["jobs"].items()}
    assert permissions.pop("real-aws") == {"contents": "read", "id-token": "write"}
    assert all(asked == {"contents": "read"} for asked in permissions.values())


def test_no_key_of_an_account_is_kept(file):
    text = file.read_text()
    assert not re.search(r"aws[-_](access[-_]key|secret)", text, re.IGNORECASE)
    assert "secrets." not in text


def test_a_run_on_the_account_is_asked_for_by_hand_and_comes_to_its_own_end(github, gitlab):
    job = github["jobs"]["real-aws"]
    assert "workflow_dispatch" in job["if"]
    assert "inputs.real-aws" in job["if"]
    assert github["concurrency"]["cancel-in-progress"] == (
        "${{ github.event_name == 'pull_request' }}"
    )
    assert gitlab["real-aws"]["rules"][0]["when"] == "manual"
    assert gitlab["real-aws"]["interruptible"] == "false"


def test_shells_are_sound(scripts, file):
    shell = "bash" if file == GITHUB else "sh"
    for script in scripts:
        # An expression is text by the time the shell sees it.
        text = re.sub(r"\$\{\{.*?\}\}", "1", script.text)
        done = subprocess.run(
            [TOOLS / "shellcheck", f"--shell={shell}", "--severity=style", "-"],
            input=f"{text}\n",
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{script.job}: {done.stdout}"


def test_each_command_of_a_recipe_is_one_that_we_have(scripts, refusals):
    commands = [command for script in scripts for command in harness_commands(script.text)]
    assert {command[0] for command in commands} == {"aws", "install", "report", "run"}
    assert refusals(commands) == []


def test_each_command_of_the_page_is_one_that_we_have(refusals):
    blocks = re.findall(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL)
    commands = [command for block in blocks for command in harness_commands(block)]
    assert len(commands) >= 8
    assert refusals(commands) == []


@pytest.mark.parametrize(
    "command",
    ["run --shards 1/2", "report mergee a", "report merge a", "no-such-command"],
)
def test_what_we_dont_have_would_be_found(refusals, command):
    assert len(refusals([shlex.split(command)])) == 1
