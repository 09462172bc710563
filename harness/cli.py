"""The `harness` command: which commands there are, and how their errors are told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

import harness
from harness.commands import (
    aws,
    aws_policy,
    claims,
    clock,
    crash,
    doctor,
    down,
    iam,
    image,
    inbox,
    install,
    overlays,
    report_compare,
    report_durations,
    report_merge,
    run,
    stacks,
    status,
    trace_calls,
    trace_execution,
    trace_executions,
    up,
)
from harness.commands.exit_codes import ExitCode
from harness.errors import HarnessError

COMMANDS: dict[str, Callable[..., None]] = {
    "install": install.install,
    "up": up.up,
    "down": down.down,
    "status": status.status,
    "run": run.run,
    "deploy": stacks.deploy,
    "destroy": stacks.destroy,
    "clock": clock.clock,
    "inbox": inbox.inbox,
    "iam": iam.iam,
    "overlays": overlays.overlays,
    "claims": claims.claims,
    "doctor": doctor.doctor,
}

GROUPS: dict[str, tuple[str, dict[str, Callable[..., None]]]] = {
    "aws": (
        "Look after what runs on AWS have made.",
        {"sweep": aws.sweep, "runs": aws.runs, "policy": aws_policy.policy},
    ),
    "image": (
        "Make and look after the emulator's container image.",
        {
            "build": image.build,
            "list": image.list_images,
            "remove": image.remove,
            "wheelhouse": image.wheelhouse,
            "base": image.base,
        },
    ),
    "report": (
        "Join the reports of shards, and compare the reports of targets.",
        {
            "merge": report_merge.merge_reports,
            "compare": report_compare.compare_reports,
            "durations": report_durations.write_durations,
        },
    ),
    "trace": (
        "See what happened inside the running emulator.",
        {
            "calls": trace_calls.calls,
            "executions": trace_executions.executions,
            "execution": trace_execution.execution,
        },
    ),
}
"""Commands of two words: the first one, what the group is for, and the second ones."""


def _typer(**settings: Any) -> typer.Typer:
    return typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        **settings,
    )


app = _typer(name="harness")
for name, command in COMMANDS.items():
    app.command(name)(command)
for name, (summary, commands) in GROUPS.items():
    group = _typer(help=summary)
    for second, command in commands.items():
        group.command(second)(command)
    # Of a group's only command Typer would make the group itself.
    group.callback()(lambda: None)
    app.add_typer(group, name=name, help=summary)


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"harness {harness.__version__}")
        raise typer.Exit


@app.callback()
def everything(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")
    ] = False,
) -> None:
    """Test what happens between AWS services, on LocalStack with overlays that behave as AWS does.

    Exit codes: 0 well, 1 a test or deployment failed, 2 wrong usage, 3 the machine lacks something.

    \b
    Example:
      harness run
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; the one place where errors become sentences and exit codes."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    given, for_pytest = _split(given)
    try:
        app(args=given, obj=for_pytest)
    except HarnessError as error:
        crash.tell(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if "--debug" in given:
            raise
        crash.tell_unexpected(error)
        sys.exit(ExitCode.FAILED)


def _split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Part what is for pytest, after `--`, from what is for us."""
    if "--" not in arguments or "run" not in arguments[: arguments.index("--")]:
        return arguments, []
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]
