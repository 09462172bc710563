"""`harness trace calls`."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer
from rich.text import Text

from harness.observe.calls import RecordedCall, calls_at
from harness.observe.redaction import redacted, redacted_document

from . import emulators
from .output import AsJson, print_json, print_table, progress, table


def calls(
    account: Annotated[
        str, typer.Option(metavar="ID", help="Only calls about this account's resources.")
    ] = "",
    service: Annotated[
        str, typer.Option(metavar="NAME", help="Only calls of this service, such as sqs.")
    ] = "",
    trace: Annotated[
        str,
        typer.Option(metavar="ROOT", help="Only calls that follow from each other: X-Ray's root."),
    ] = "",
    failed: Annotated[bool, typer.Option("--failed", help="Only calls that failed.")] = False,
    last: Annotated[int, typer.Option(min=1, metavar="N", help="The last so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the calls between services and from clients: who, why, when, and how they ended.

    Time is the emulator's. Of requests it shows names, ARNs and ids, never contents.

    \b
    Example:
      harness trace calls --service sqs --failed
    """
    recorded = calls_at(emulators.attached().endpoint_url, account or None)
    found = [
        call
        for call in recorded.calls
        if service in ("", call.service)
        and trace in ("", call.trace)
        and not (failed and call.is_well)
    ][-last:]
    if as_json:
        print_json([redacted_document(dataclasses.asdict(call)) for call in found])
        return
    _list(found)
    if not found:
        progress().print("No such call so far.")
    if not recorded.is_complete:
        progress().print("Earlier calls are no longer kept.")


def _list(found: list[RecordedCall]) -> None:
    shown = table("at", "by", "call", "about", "outcome")
    for call in found:
        style = "" if call.is_well else "red"
        shown.add_row(
            f"{call.when:%m-%d %H:%M:%S.%f}"[:-3],
            Text(call.caller),
            Text(f"{call.service}:{call.operation}"),
            Text(call.resource),
            Text(redacted(call.outcome), style=style),
        )
    print_table(shown)
