"""The reference page of the command, made from its help: `docs/cli.md`."""

from __future__ import annotations

from typing import Final

from typer.testing import CliRunner

WIDTH: Final = 96
_PLAIN: Final = {"COLUMNS": str(WIDTH), "TERM": "dumb", "NO_COLOR": "1"}


def reference() -> str:
    """Return the page, in Markdown."""
    from harness.cli import COMMANDS, GROUPS

    parts = [
        "# The command line",
        "Made from `--help` by `python -m harness.cli_reference > docs/cli.md`.",
        _block(),
    ]
    for command in COMMANDS:
        parts += [f"## harness {command}", _block(command)]
    for group, (_, commands) in GROUPS.items():
        for command in commands:
            parts += [f"## harness {group} {command}", _block(group, command)]
    return "\n\n".join(parts) + "\n"


def _block(*command: str) -> str:
    from harness.cli import app

    said = CliRunner().invoke(app, [*command, "--help"], prog_name="harness", env=_PLAIN)
    lines = [line.rstrip() for line in said.output.strip().splitlines()]
    return "\n".join(["```text", *lines, "```"])


if __name__ == "__main__":
    print(reference(), end="")
