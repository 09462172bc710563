"""`harness clock`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from harness.errors import HarnessError, UsageProblem
from harness.observe.durations import duration_of, in_words

from . import emulators
from .output import AsJson, print_json, results

if TYPE_CHECKING:
    from harness.targets.emulated_time import Advanced, EmulatedTime


def clock(
    advance: Annotated[
        str,
        typer.Option("--advance", metavar="DURATION", help="Let time pass: 90s, 5m, 1h30m, 7d."),
    ] = "",
    to: Annotated[
        str,
        typer.Option("--to", metavar="INSTANT", help="Let time pass until 2026-03-02T10:00:00Z."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show the running emulator's time, or let time pass there.

    All that falls due on the way happens in order: retries, schedules, timeouts, expiries.
    Time never goes back. It is one for all accounts of the emulator.

    \b
    Example:
      harness clock --advance 5m
    """
    if advance and to:
        raise UsageProblem("--advance and --to don't go together.", "Name one of them.")
    time = _time()
    if advance:
        moved = time.advance(duration_of(advance))
    elif to:
        moved = time.advance_to(_instant(to))
    else:
        _show_state(time.state(), as_json)
        return
    if as_json:
        print_json(_document(moved))
    else:
        _show(moved)


def _time() -> EmulatedTime:
    time: Any = getattr(emulators.attached(), "time", None)
    if time is None:
        raise HarnessError("The running target's time can't be moved.", 'Use "harness up".')
    found: EmulatedTime = time
    return found


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as problem:
        raise UsageProblem(
            f'"{text}" is no instant.', "Write it as 2026-03-02T10:00:00Z."
        ) from problem
    if at.tzinfo is None:
        raise UsageProblem(f'"{text}" names no time zone.', f'Write "{text}Z" for UTC.')
    return at


def _show_state(state: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(state)
        return
    console = results()
    ahead = timedelta(microseconds=state["ahead_ns"] // 1000)
    line = f"Now {state['now']}"
    line += f", {in_words(ahead)} ahead of the machine" if ahead else ""
    console.print(f"{line}; {_count(state['pending'])} pending.", markup=False, highlight=False)
    if first := state["next"]:
        console.print(f"Next {first['at']}  {first['what']}", markup=False, highlight=False)


def _document(moved: Advanced) -> dict[str, Any]:
    return {
        "now": moved.now.isoformat(),
        "fired": [
            {"at": one.at.isoformat(), "what": one.what, "account": one.account}
            for one in moved.fired
        ],
        "fired_count": moved.count,
        "unsettled": moved.unsettled,
    }


def _show(moved: Advanced) -> None:
    console = results()
    for one in moved.fired:
        console.print(f"+{one.after}  {one.what}", markup=False, highlight=False)
    if (left := moved.count - len(moved.fired)) > 0:
        console.print(f"… and {left} more")
    for what in moved.unsettled:
        console.print(f"Still under way: {what}", markup=False)
    console.print(f"Now {moved.now.isoformat()}; {_count(moved.count)} fired.", highlight=False)


def _count(timers: int) -> str:
    return "1 timer" if timers == 1 else f"{timers} timers"
