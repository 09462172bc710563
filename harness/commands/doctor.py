"""`harness doctor`."""

from __future__ import annotations

import typer
from rich.text import Text

from .exit_codes import ExitCode
from .output import AsJson, print_json, print_table, table

STYLES = {"works": "green", "weaker": "yellow", "broken": "red"}


def doctor(as_json: AsJson = False) -> None:
    """Find out what works on this machine, and what would help.

    It looks and changes nothing. The exit code is 3 when something is broken that runs need.

    \b
    Example:
      harness doctor
    """
    from harness.emulator.doctor import checks

    found = checks()
    if as_json:
        print_json([check.as_json() for check in found])
    else:
        shown = table("", "check", "finding", "remedy")
        for check in found:
            shown.add_row(
                Text(check.state, STYLES[check.state]), check.name, check.finding, check.remedy
            )
        print_table(shown)
    if any(check.state == "broken" for check in found):
        raise typer.Exit(ExitCode.ENVIRONMENT)
