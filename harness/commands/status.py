"""`harness status`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from harness.emulator.runtimes import describe_runtimes, notes
from harness.observe.environments import environments_at

from . import emulators
from .output import AsJson, print_json, print_table, results, table


def status(as_json: AsJson = False) -> None:
    """Show which emulators run, and the environments in them.

    Lambda execution environments are listed by function and tenant. Runtimes
    that differ from AWS's are named with the reason.

    \b
    Example:
      harness status
    """
    document = {
        "emulators": [_document(emulator) for emulator in emulators.standing()],
        "notes": [{"runtime": name, "note": note} for name, note in notes(describe_runtimes())],
    }
    if as_json:
        print_json(document)
    else:
        _show(document)


def _document(emulator: emulators.Emulator) -> dict[str, Any]:
    said = emulators.document_of(emulator)
    # A container may stand and not answer: while it starts, or when it hangs.
    return said | {"environments": environments_at(emulator.endpoint) if said["answers"] else []}


def _where(emulator: dict[str, Any]) -> str:
    if "pid" in emulator:
        return f"pid {emulator['pid']}"
    service = f" (compose service {emulator['service']})" if "service" in emulator else ""
    return f"container {emulator['container']}{service}"


def _show(document: dict[str, Any]) -> None:
    console = results()
    if not document["emulators"]:
        console.print('No emulator runs. "harness up --detach" starts one.')
    for emulator in document["emulators"]:
        console.print(
            f"{emulator['endpoint']}  LocalStack {emulator['localstack']}, {_where(emulator)}"
        )
        if not emulator["environments"]:
            console.print("  no execution environments")
            continue
        shown = table("function", "tenant", "account", "state", "environments")
        groups = Counter(
            (one["function"], one.get("tenant") or "", one["account"], one["state"])
            for one in emulator["environments"]
        )
        for group, count in sorted(groups.items()):
            shown.add_row(*map(str, group), str(count))
        print_table(shown)
    for note in document["notes"]:
        console.print(note["note"], markup=False, style="dim")
