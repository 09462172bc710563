"""`harness iam`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from harness import wire
from harness.errors import HarnessError, UsageProblem
from harness.observe.denials import told

from . import emulators
from .output import AsJson, print_json, progress, results

if TYPE_CHECKING:
    from harness.targets.emulated import Emulated

WHAT_POLICIES_DO = "enforce, audit (let pass and report) or off"


def iam(
    account: Annotated[
        str, typer.Option(metavar="ID", help="Account id, 12 digits.")
    ] = emulators.ACCOUNT,
    mode: Annotated[
        str | None,
        typer.Option(metavar="MODE", help=f"What the account's policies do: {WHAT_POLICIES_DO}."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what IAM's policies denied, or say what they do.

    Each denial comes with the statement that decided and, where one is missing, the statement
    that would allow the call.

    \b
    Example:
      harness iam --mode audit
    """
    target = _target()
    if mode is not None:
        target.decide_calls(checked(mode), account=account)
    state = target.iam(account)
    if as_json:
        print_json(state)
        return
    results().print(f"Policies of {account}: {state['mode']}.")
    _list(state["denials"])


def checked(mode: str) -> str:
    """Return a mode.

    Raises:
        UsageProblem: It is none.
    """
    if mode not in wire.IAM_MODES:
        raise UsageProblem(f'Unknown mode "{mode}" ({", ".join(wire.IAM_MODES)}).', "Name one.")
    return mode


def _target() -> Emulated:
    target: Any = emulators.attached()
    if not hasattr(target, "decide_calls"):
        raise HarnessError("The running target's policies can't be asked.", 'Use "harness up".')
    found: Emulated = target
    return found


def _list(denials: list[dict[str, str]]) -> None:
    for denial in denials:
        results().print(Text(f"{denial['at']} {told(denial)}"))
    if not denials:
        progress().print("They denied nothing so far.")
