"""One `harness run`, from the patterns' names to the exit code."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console

from harness.errors import HarnessError, MissingRequirement, UsageProblem
from harness.report.model import Run
from harness.report.writing import AUDIT_FILE, JUNIT, read_run
from harness.targets import target_named

from .aws_agreement import Agreement, agreed, aws_arguments, told_of
from .collection import collected_modules
from .patterns import chosen
from .progress import shown
from .shards import WantedShard
from .tally import Tally
from .tests_process import TestsProcess, parallel_arguments

MOST_WORKERS: Final = 4
TAIL_LINES: Final = 60
STALE: Final = ("run.json", "claims.json", "index.html", JUNIT, AUDIT_FILE)

# https://docs.pytest.org/en/stable/reference/exit-codes.html
_INTERRUPTED, _USAGE, _NO_TESTS = 2, 4, 5


@dataclass(frozen=True)
class RunRequest:
    """What `harness run` was asked for.

    Attributes:
        here: The folder with `scenarios`.
        patterns: Names of patterns; all when empty.
        target: Name of the target.
        workers: How many processes run tests; None for as many as make sense.
        report: Folder of the report.
        shard: Which part to run; None for the whole.
        keep_stacks: Whether stacks outlive the run.
        is_verbose: Whether to show pytest's own output in place of the progress.
        pytest_arguments: Passed on to pytest.
        aws: What a run on AWS was asked for, None for any other.
        iam: What policies do; None for what the suite's options say.
    """

    here: Path
    patterns: Sequence[str]
    target: str
    workers: int | None
    report: Path
    shard: WantedShard | None
    keep_stacks: bool
    is_verbose: bool
    pytest_arguments: Sequence[str]
    aws: Agreement | None = None
    iam: str | None = None


@dataclass(frozen=True)
class RunResult:
    """What came of it.

    Attributes:
        run: The recorded run.
        tally: Its counts.
        exit_code: 0 when all that ran passed, 1 otherwise, 3 when the machine lacks something.
    """

    run: Run
    tally: Tally
    exit_code: int


def run_scenarios(request: RunRequest, progress: Console) -> RunResult:
    """Run scenarios and write their report.

    Args:
        request: What to run.
        progress: Where to show how it goes.

    Raises:
        UsageProblem: A pattern, target or argument is unknown, or no test was selected.
        MissingRequirement: The emulator's Python environment or the report can't be written.
        HarnessError: pytest broke off; its last lines are the error's note.
    """
    folders = chosen(request.here, request.patterns)
    workers = _workers(request.workers, len(folders))
    arguments = [*map(str, folders.values()), *_arguments(request), *parallel_arguments(workers)]
    aws_run, prepare = "", None
    if request.aws:
        aws_run = _agreed(request, request.aws, folders, workers, progress)
        arguments += [*aws_arguments(request.aws.request), f"--harness-aws-run={aws_run}"]
    else:
        prepare = getattr(target_named(request.target), "prepare", None)
    _make_way(request.report)
    if prepare:
        # Here rather than in the child, so that the first run shows its progress.
        prepare()
    tally = Tally()
    process = TestsProcess(
        [*arguments, *request.pytest_arguments],
        folder=request.report,
        is_shown=request.is_verbose,
        is_patient=bool(request.aws),
    )
    quiet = Console(quiet=True)
    with shown(tally, quiet if request.is_verbose else progress) as show, told_of(aws_run):
        for event in process.events():
            tally.take(event)
            show(event)
    return _result(request, tally, process)


def _agreed(
    request: RunRequest,
    agreement: Agreement,
    folders: Mapping[str, Path],
    workers: int,
    progress: Console,
) -> str:
    chosen_tests = [*map(str, folders.values()), *request.pytest_arguments]
    if request.shard:
        chosen_tests.append(f"--harness-shard={request.shard}")
    modules = collected_modules(chosen_tests, request.here)
    return agreed(agreement, modules, here=request.here, workers=workers, console=progress)


def _workers(asked: int | None, scenarios: int) -> int:
    if asked is not None:
        return asked
    return min(os.cpu_count() or 1, MOST_WORKERS)


def _arguments(request: RunRequest) -> list[str]:
    # With a blank pytest would take a value for a test's path while it looks for its root.
    arguments = [f"--harness-report={request.report}"]
    if request.iam:
        arguments.append(f"--iam={request.iam}")
    if not request.aws:
        arguments.append(f"--target={request.target}")
    arguments += [f"--junit-xml={request.report / JUNIT}"]
    if request.shard:
        arguments.append(f"--harness-shard={request.shard}")
    return [*arguments, "--keep-stacks"] if request.keep_stacks else arguments


def _make_way(report: Path) -> None:
    """Remove an earlier report: a run that breaks off must not leave it in its place."""
    try:
        report.mkdir(parents=True, exist_ok=True)
        for name in STALE:
            (report / name).unlink(missing_ok=True)
    except OSError as problem:
        raise MissingRequirement(
            f"The report's folder {report} can't be written ({problem.strerror}).",
            "Make it writable, or name another one with --report.",
        ) from problem


def _result(request: RunRequest, tally: Tally, process: TestsProcess) -> RunResult:
    if process.exit_code == _USAGE:
        raise _with_tail(
            UsageProblem("pytest refused its arguments.", "What it said follows."), process
        )
    run = read_run(request.report)
    if process.exit_code == _NO_TESTS:
        if run is not None and run.is_spare:
            return RunResult(run, tally, 0)
        raise UsageProblem("No test was selected.", "Look at the arguments after --.")
    if run is None:
        raise _with_tail(
            HarnessError("pytest broke off before it wrote a report.", "What it said follows."),
            process,
        )
    exit_code = MissingRequirement.exit_code if tally.lack else min(process.exit_code or 0, 1)
    return RunResult(run, tally, exit_code)


def _with_tail(error: HarnessError, process: TestsProcess) -> HarnessError:
    if tail := process.output_tail(TAIL_LINES):
        error.add_note(tail)
    return error
