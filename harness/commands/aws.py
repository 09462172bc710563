"""`harness aws`: what runs on AWS have left, and which runs there were."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from harness.errors import HarnessError, UsageProblem

from .exit_codes import ExitCode
from .output import AsJson, print_json, print_table, progress, results, table

if TYPE_CHECKING:
    from harness.targets.aws.removal import Stays
    from harness.targets.aws.sweep import Leftover

POLL = timedelta(seconds=2)


def sweep(
    aws_account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Account to look into; those of this machine's runs."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="AWS profile; the one that the runs used.")
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(metavar="REGION", help="A region beside those of the runs; repeatable."),
    ] = None,
    run: Annotated[str | None, typer.Option(metavar="ID", help="Only what this run left.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete what is found.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without the question.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what runs on AWS have left, and delete it if asked to.

    Looks for it by the journals that runs keep on this machine, also those that were killed, and
    by the tags that everything made bears. What a run that goes on has isn't left; what another
    machine's run has is deleted only with --run. The exit code is 0 when nothing is left, 1 when
    something is.

    \b
    Example:
      harness aws sweep
      harness aws sweep --aws-account 123456789012 --profile tests --region us-east-1 --delete
    """
    from harness.targets.aws.configuration import configuration
    from harness.targets.aws.request import check_account
    from harness.targets.aws.runs import forget_old
    from harness.targets.aws.sweep import Sweep, Whose
    from harness.targets.aws.sweeping import places

    if aws_account is not None:
        check_account(aws_account)
    where = places(aws_account, profile, region or [], run)
    rules = configuration(Path.cwd())
    found: list[Leftover] = []
    stays: list[Stays] = []
    for place in where:
        access = place.access(rules)
        with access.entered():
            looking = Sweep(access, run=run, poll=POLL, tell=_tell)
            here = looking.leftovers()
            looking.close(here)
            if delete and (ours := [one for one in here if one.whose is Whose.OURS]):
                _agree(ours, place.account, is_given=yes)
                stays += looking.remove(ours)
                here = looking.leftovers()
        found += here
    forget_old()
    if as_json:
        print_json(_document([place.account for place in where], found, stays))
    else:
        _show(found, stays, looked=bool(where))
    left = [one for one in found if one.whose is not Whose.RUNNING]
    raise typer.Exit(ExitCode.FAILED if left else ExitCode.OK)


def runs(as_json: AsJson = False) -> None:
    """List the runs on AWS that this machine has journals of.

    \b
    Example:
      harness aws runs
    """
    from harness.targets.aws.runs import is_running, known_runs
    from harness.targets.aws.stand_in import stand_in

    place = stand_in()
    known = known_runs(place.url if place else "")
    documents: list[dict[str, Any]] = [
        {
            "run": head.run,
            "started": head.started,
            "account": head.account,
            "regions": list(head.regions),
            "owner": head.owner,
            "is_running": is_running(head),
            "left": len(journal.left()),
            "journal": str(journal.file),
        }
        for journal, head in known
    ]
    if as_json:
        print_json({"runs": documents})
        return
    shown = table("run", "started", "account", "regions", "state", "left")
    for one in documents:
        state = "running" if one["is_running"] else "over"
        regions = ", ".join(one["regions"])
        shown.add_row(one["run"], one["started"], one["account"], regions, state, str(one["left"]))
    print_table(shown)


def _agree(leftovers: list[Leftover], account: str, *, is_given: bool) -> None:
    if is_given:
        return
    if not sys.stdin.isatty():
        raise UsageProblem(
            f"Nobody can be asked whether {len(leftovers)} things may be deleted: "
            "there is no terminal.",
            "Say --yes to delete without the question.",
        )
    console = progress()
    for one in leftovers:
        console.print(Text(f"{one.thing.kind}  {_named(one)}  run {one.run}"), soft_wrap=True)
    answer = console.input(
        f"Delete these {len(leftovers)} from the account {account}? [y/N] ", markup=False
    )
    if answer.strip().lower() not in ("y", "yes"):
        raise HarnessError("Nothing was deleted.", "Run it again to be asked again.")


def _tell(line: str) -> None:
    progress().print(Text(line), soft_wrap=True)


def _document(accounts: list[str], found: list[Leftover], stays: list[Stays]) -> dict[str, Any]:
    reasons = {(one.thing.kind, one.thing.id): one.reason for one in stays}
    return {
        "accounts": accounts,
        "leftovers": [
            {
                "kind": one.thing.kind,
                "id": one.thing.id,
                "account": one.thing.account,
                "region": one.thing.region,
                "run": one.run,
                "owner": one.owner,
                "whose": str(one.whose),
                "found_by": one.found_by,
                "state": str(one.thing.state),
                "by": one.thing.by,
                "why_it_stays": reasons.get((one.thing.kind, one.thing.id)),
            }
            for one in found
        ],
    }


def _show(found: list[Leftover], stays: list[Stays], *, looked: bool) -> None:
    if found:
        shown = table("kind", "id", "region", "run", "owner", "whose", "found by")
        for one in found:
            thing = one.thing
            cells = (thing.kind, _named(one), thing.region, one.run, one.owner, one.whose)
            # As texts: in an ARN ":secret:" would become a picture.
            shown.add_row(*map(Text, (*cells, one.found_by)))
        print_table(shown)
    for stay in stays:
        _tell(f"{stay.thing.kind} {stay.thing.id}: {stay.reason}")
    results().print(Text(_verdict(found, looked=looked)))


def _verdict(found: list[Leftover], *, looked: bool) -> str:
    if not looked:
        return "No run on AWS is known on this machine; --aws-account looks for others' by tag."
    if not found:
        return "Nothing is left."
    counts = Counter(one.whose for one in found)
    said = ", ".join(f"{count} {whose}" for whose, count in counts.items())
    if "others" not in counts:
        return f"Left: {said}."
    return f'Left: {said}. What others have is deleted only with "--run ID --delete".'


def _named(leftover: Leftover) -> str:
    return leftover.thing.id or "(made, but its id was never told)"
