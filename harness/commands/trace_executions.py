"""`harness trace executions`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from harness.observe.durable.standing import executions_at
from harness.observe.durable.wording import moment

from . import emulators
from .output import AsJson, print_json, print_table, progress, table


def executions(
    function: Annotated[
        str,
        typer.Argument(
            metavar="[FUNCTION]",
            help="Only executions of this function; without it, of all functions.",
            show_default=False,
        ),
    ] = "",
    account: Annotated[
        str, typer.Option(metavar="ID", help="Only executions in this account.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the durable executions of the running emulator, the oldest first.

    Those of all accounts and regions: each test module has an account of its own.

    \b
    Example:
      harness trace executions
    """
    found = [
        one
        for one in executions_at(emulators.attached().endpoint_url)
        if function in ("", one.function) and account in ("", one.account)
    ]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    shown = table("execution", "function", "status", "began", "ended", "account", "region")
    for one in found:
        ended = moment(one.end) if one.end else ""
        shown.add_row(
            one.name, one.function, one.status, moment(one.start), ended, one.account, one.region
        )
    print_table(shown)
    if not found:
        progress().print("No durable execution so far.")
