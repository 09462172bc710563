"""Makes docs/cli.md from the command's own help: `python docs/make_cli_page.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from harness.cli import COMMANDS, app

PAGE: Final = Path(__file__).parent / "cli.md"
_PLAIN: Final = {"COLUMNS": "96", "TERM": "dumb", "NO_COLOR": "1"}


def text() -> str:
    """Return the page, in Markdown."""
    parts = [
        "# The command line",
        "Made from `--help` by `python docs/make_cli_page.py`.",
        _help(),
    ]
    for command in COMMANDS:
        parts += [f"## harness {command}", _help(command)]
    return "\n\n".join(parts) + "\n"


def _help(*command: str) -> str:
    said = CliRunner().invoke(app, [*command, "--help"], prog_name="harness", env=_PLAIN)
    lines = [line.rstrip() for line in said.output.strip().splitlines()]
    return "\n".join(["```text", *lines, "```"])


if __name__ == "__main__":
    PAGE.write_text(text())
