"""`harness trace`: which execution is meant, how it is drawn, what is said when there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from harness.commands import emulators, trace_execution, trace_executions
from harness.commands.execution_drawing import MARKS, drawn
from harness.errors import MissingRequirement
from harness.observe.durable.document import from_document
from harness.observe.durable.model import Attempt, Invocation, Operation, Pause, State, Timeline
from harness.observe.durable.reading import Found

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND, MONTHS = timedelta(seconds=1), timedelta(days=90)


def operation(name, start, end, state=State.SUCCEEDED, **members) -> Operation:
    given = {"id": name, "parent": "", "depth": 0, "kind": "Step", "sub_type": ""} | members
    return Operation(name=name, start=start, end=end, state=state, **given)


TIMELINE = Timeline(
    arn="arn",
    name="leave-42",
    function="process",
    version="$LATEST",
    status="RUNNING",
    start=START,
    end=None,
    until=START + MONTHS + 4 * SECOND,
    operations=(
        operation(
            "charge",
            START,
            START + 2 * SECOND,
            attempts=(
                Attempt(1, START, START, State.FAILED, "Busy"),
                Attempt(2, START + 2 * SECOND, START + 2 * SECOND, State.SUCCEEDED),
            ),
        ),
        operation("months", START + 2 * SECOND, START + 2 * SECOND + MONTHS, kind="Wait"),
        operation("approval", START + 2 * SECOND + MONTHS, None, State.WAITING, kind="Callback"),
    ),
    invocations=(
        Invocation(START, START + 2 * SECOND),
        Invocation(START + 2 * SECOND + MONTHS, START + 2 * SECOND + MONTHS),
    ),
    pauses=(
        Pause(START + 2 * SECOND, START + 2 * SECOND + MONTHS),
        Pause(START + 2 * SECOND + MONTHS, START + 4 * SECOND + MONTHS),
    ),
)


def found(
    name: str, *, function: str = "process", account: str = "1" * 12, after: int = 0
) -> Found:
    arn = (
        f"arn:aws:lambda:us-east-1:{account}:function:{function}:1/durable-execution/{name}/{after}"
    )
    return Found(arn, name, function, "RUNNING", START + timedelta(minutes=after), None)


class Target:
    """An emulator that has some executions."""

    endpoint_url = "http://127.0.0.1:1"

    def client(self, service, *, account, region):
        assert (service, region) == ("lambda", "us-east-1")
        return self

    class exceptions:  # noqa: N801
        ResourceNotFoundException = LookupError


@pytest.fixture
def executions(monkeypatch):
    """The executions of the running emulator; all of them are drawn as the same timeline."""
    known: list[Found] = []
    monkeypatch.setattr(emulators, "attached", Target)
    for module in (trace_execution, trace_executions):
        monkeypatch.setattr(module, "executions_at", lambda endpoint_url: known)
    monkeypatch.setattr(
        trace_execution,
        "read_timeline",
        lambda client, arn, now: replace(TIMELINE, arn=arn, name=arn.split("/")[2]),
    )
    return known


def test_executions_of_all_accounts_are_listed(harness, executions):
    executions += [found("one"), found("two", function="other", account="2" * 12)]
    said = harness("trace", "executions").out
    assert [line.split()[:3] for line in said.splitlines()] == [
        ["execution", "function", "status"],
        ["one", "process", "RUNNING"],
        ["two", "other", "RUNNING"],
    ]
    assert "2" * 12 in said


def test_a_function_and_an_account_narrow_the_list(harness, executions):
    executions += [found("one"), found("two", function="other"), found("three", account="2" * 12)]

    def named(*arguments):
        return [
            one["name"]
            for one in json.loads(harness("trace", "executions", *arguments, "--json").out)
        ]

    assert named("process") == ["one", "three"]
    assert named("--account", "2" * 12) == ["three"]


def test_an_empty_list_is_said_beside_the_results(harness, executions):
    said = harness("trace", "executions")
    assert (said.err, said.exit_code) == ("No durable execution so far.\n", 0)


def test_an_execution_is_drawn_by_its_name(harness, executions):
    executions += [found("leave-42"), found("leave-43")]
    said = harness("trace", "execution", "leave-42").out
    assert said.splitlines()[0] == "leave-42 · process:$LATEST"
    assert "╱ 90 days ╱" in said
    assert "\x1b" not in said  # no colour where nobody looks
    assert all(line == line.rstrip() for line in said.splitlines())


def test_the_latest_is_drawn_without_a_name(harness, executions):
    executions += [found("first"), found("latest", after=5)]
    assert harness("trace", "execution").out.startswith("latest · ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["leave"], 'The emulator has no durable execution "leave".'),
        (
            ["twice"],
            '2 executions are called "twice": of process in 111111111111 (us-east-1), other',
        ),
        (["--function", "nobody"], "The emulator has no such durable execution."),
    ],
    ids=["unknown", "ambiguous", "of no function"],
)
def test_what_does_not_name_one_execution_is_said_with_a_remedy(
    harness, executions, arguments, complaint
):
    executions += [found("twice"), found("twice", function="other")]
    said = harness("trace", "execution", *arguments)
    assert said.exit_code == 2
    assert complaint in " ".join(said.err.split())
    assert not said.out


def test_an_ambiguous_name_is_settled_by_function_or_arn(harness, executions):
    executions += [found("twice"), found("twice", function="other", after=1)]
    for arguments in (["twice", "--function", "other"], [executions[1].arn]):
        document = json.loads(harness("trace", "execution", *arguments, "--json").out)
        assert document["arn"] == executions[1].arn


def test_an_emulator_without_executions_says_so(harness, executions):
    said = harness("trace", "execution")
    assert said.exit_code == 2
    assert "The emulator has no durable execution." in said.err


def test_without_an_emulator_it_is_said_how_to_start_one(harness, monkeypatch):
    def refuse():
        raise MissingRequirement("No emulator runs.", 'Start one with "harness up --detach".')

    monkeypatch.setattr(emulators, "attached", refuse)
    for command in ("execution", "executions"):
        said = harness("trace", command)
        assert (said.exit_code, said.out) == (3, "")
        assert "harness up --detach" in said.err


def test_json_is_a_timeline(harness, executions):
    executions.append(found("leave-42"))
    document = json.loads(harness("trace", "execution", "--json").out)
    assert from_document(document).operations == TIMELINE.operations


def test_an_svg_is_written_and_named(harness, executions, tmp_path):
    executions.append(found("leave-42"))
    said = harness("trace", "execution", "--svg", str(tmp_path / "a.svg"))
    assert (said.out, said.exit_code) == ("", 0)
    assert "a.svg" in said.err
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")


def test_a_file_that_cannot_be_written_is_named(harness, executions, tmp_path):
    executions.append(found("leave-42"))
    said = harness("trace", "execution", "--svg", str(tmp_path / "no" / "a.svg"))
    assert said.exit_code == 3
    assert "can't be written (No such file or directory)" in " ".join(said.err.split())


@pytest.mark.parametrize("width", [24, 40, 80, 120, 300])
def test_a_drawing_is_as_wide_as_the_terminal(width):
    from rich.cells import cell_len

    lines = [line.plain for line in drawn(TIMELINE, width)][4:]
    assert max(map(cell_len, lines)) <= width


def test_a_drawing_says_without_colour_what_it_says_with():
    lines = {line.plain[2:10].strip(): line.plain for line in drawn(TIMELINE, 120)}
    assert lines["charge s"].startswith("✓")
    assert "✗" in lines["charge s"]
    assert "█" in lines["charge s"]
    assert "succeeded after 2 attempts (Busy)" in lines["charge s"]
    assert lines["approval"].startswith("…")
    assert "╍" in lines["months w"]


def test_every_state_has_a_mark():
    assert set(MARKS) == set(State)
