"""`harness run`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from harness.claims import Outcome
from harness.report.model import RunTest
from harness.report.writing import AUDIT_FILE, DEFAULT_FOLDER, PAGE, read_claims_document
from harness.running.aws_agreement import Agreement
from harness.running.scenario_run import RunRequest, RunResult, run_scenarios
from harness.running.shards import parse
from harness.running.tally import counted
from harness.targets.aws.request import HARNESS, aws_request

from .output import AsJson, print_json, print_table, progress, results, table

DEFAULT_TARGET = "embedded"
ENDINGS = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED)


def run(
    context: typer.Context,
    patterns: Annotated[
        list[str] | None, typer.Argument(metavar="PATTERN", help="Folders of scenarios; all.")
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Where they run: embedded (default), container; see --real-aws."
        ),
    ] = None,
    real_aws: Annotated[
        bool,
        typer.Option("--real-aws", help="Run on the AWS account that is named; it costs money."),
    ] = False,
    aws_account: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The account that --real-aws may use, 12 digits."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="AWS profile with the account's credentials."),
    ] = None,
    second_profile: Annotated[
        str | None, typer.Option(metavar="NAME", help="Profile of another account.")
    ] = None,
    region: Annotated[
        str | None, typer.Option(metavar="REGION", help="AWS region; the profile's.")
    ] = None,
    second_region: Annotated[
        str | None, typer.Option(metavar="REGION", help="Another AWS region.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Don't ask whether the plan may be carried out.")
    ] = False,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            "-n",
            metavar="N",
            min=1,
            help="Processes that run tests; one a core, at most 4.",
        ),
    ] = None,
    report: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for the report.")
    ] = DEFAULT_FOLDER,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="K/N",
            help='Run the K-th of N parts; "harness report merge" joins their reports.',
        ),
    ] = None,
    keep_stacks: Annotated[
        bool, typer.Option("--keep-stacks", help="Leave stacks, to look at them afterwards.")
    ] = False,
    iam: Annotated[
        str | None,
        typer.Option(
            metavar="MODE",
            help="What IAM's policies do: enforce (default), audit (let pass and report), off.",
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show pytest's own output.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Deploy the patterns and report which claims hold.

    Runs the tests in scenarios/<pattern>/ and writes index.html, claims.json and junit.xml to the
    report's folder. What follows -- goes to pytest. The exit code is 0 when all tests that ran
    passed, 1 when one failed, 2 for a wrong command line, 3 when the machine lacks something.

    With --real-aws and --aws-account they run on that account: who calls is checked, a plan with
    its cost is shown and asked about, and what was made is deleted (docs/real-aws.md).

    \b
    Example:
      harness run catch-all -- -k wildcard
    """
    aws = aws_request(
        HARNESS,
        target=target,
        real_aws=real_aws,
        account=aws_account,
        profile=profile,
        second_profile=second_profile,
        region=region,
        second_region=second_region,
        yes=yes,
    )
    request = RunRequest(
        here=Path.cwd(),
        patterns=patterns or [],
        target=target or DEFAULT_TARGET,
        workers=workers,
        report=report.absolute(),
        shard=parse(shard) if shard is not None else None,
        keep_stacks=keep_stacks,
        iam=iam,
        is_verbose=verbose,
        pytest_arguments=context.obj or [],
        aws=Agreement(aws, is_given=yes) if aws else None,
    )
    result = run_scenarios(request, progress())
    claims = (read_claims_document(report) or {"claims": {}})["claims"]
    if as_json:
        print_json(_document(result, claims, report))
    else:
        _show(result, claims, report, results())
    raise typer.Exit(result.exit_code)


def _document(result: RunResult, claims: dict[str, Any], report: Path) -> dict[str, Any]:
    return {
        "target": result.run.target,
        "exit_code": result.exit_code,
        "duration_seconds": round(result.run.duration.total_seconds(), 3),
        "tests": {
            outcome: result.run.counts[outcome] for outcome in Outcome if outcome != "untested"
        },
        "problems": [problem.title for problem in result.run.problems],
        "left_on_aws": result.tally.left,
        "claims": claims,
        "report": str(report / PAGE),
    }


def _show(result: RunResult, claims: dict[str, Any], report: Path, console: Console) -> None:
    run = result.run
    for problem in run.problems:
        console.print(Text(problem.title, "bold red"))
        console.print(Text(problem.text))
        console.print()
    for test in run.tests:
        if test.outcome is Outcome.FAILED:
            _show_failure(test, console)
    if skipped := Counter(test.reason for test in run.tests if test.outcome is Outcome.SKIPPED):
        for reason, count in skipped.items():
            console.print(Text(f"skipped {count}: {reason}", "yellow"))
        console.print()
    print_table(_by_pattern(result, claims))
    console.print()
    held = sum(entry["outcome"] == Outcome.PASSED for entry in claims.values())
    here = {test.pattern for test in run.tests}
    mine = [entry for name, entry in claims.items() if name.partition(".")[0] in here]
    verdict = "It held" if run.has_held and not result.exit_code else "It did not hold"
    style = "bold green" if verdict == "It held" else "bold red"
    console.print(
        Text(verdict, style)
        + Text(
            f": {held} of {len(mine)} claims of {counted(len(here), 'pattern')}"
            f" on {run.target}, {run.duration.total_seconds():.0f} s."
        )
    )
    for sentence in filter(None, (result.tally.lack, result.tally.left)):
        console.print(Text(sentence, "red"))
    _show_audit(report / AUDIT_FILE, console)
    console.print(f"Report: {report / PAGE}", markup=False)


def _show_audit(file: Path, console: Console) -> None:
    if file.exists() and (text := file.read_text().strip()):
        console.print(Text("Policies would have denied:", "yellow"))
        console.print(Text(text))


def _show_failure(test: RunTest, console: Console) -> None:
    console.print(Text("failed ", "bold red") + Text(f"{test.pattern}: {test.sentence}", "bold"))
    console.print(Text(f"  {test.reason}"))
    console.print(Text(f"  {test.id}", "dim"))
    console.print()


def _by_pattern(result: RunResult, claims: dict[str, Any]) -> Any:
    shown = table("pattern", "claims held", "tests")
    for pattern, tally in result.tally.patterns.items():
        mine = [entry for name, entry in claims.items() if name.partition(".")[0] == pattern]
        held = sum(entry["outcome"] == Outcome.PASSED for entry in mine)
        shown.add_row(pattern, f"{held} of {len(mine)}", str(tally))
    return shown
