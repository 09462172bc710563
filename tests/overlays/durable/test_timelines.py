"""Timelines of executions that ran: read by AWS's API, listed and drawn by the command."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.commands import emulators
from harness.observe.durable.model import State
from harness.observe.durable.reading import durable_functions, executions_of, read_timeline
from harness.observe.durable.standing import executions_at
from harness.suite.executions import Reader

MONTHS = timedelta(days=90)
LEAVE = f"""
state = pathlib.Path("/tmp/tries")
def charge(_):
    tries = int(state.read_text()) if state.exists() else 0
    state.write_text(str(tries + 1))
    if tries < 2:
        raise ConnectionError("the card is 4111-1111")
    return "paid"
retries = create_retry_strategy(RetryStrategyConfig(max_attempts=5, initial_delay=Duration(60)))
context.step(charge, name="charge", config=StepConfig(retry_strategy=retries))
context.wait(Duration({int(MONTHS.total_seconds())}), name="three-months")
def branch(name):
    return lambda inner: inner.step(lambda _: name, name=name)
context.parallel([branch("mail"), branch("book")], name="both")
return context.wait_for_callback(lambda *_: None, name="approval")
"""


@pytest.fixture(scope="module")
def emulator(own_emulator):
    """Time is moved here."""
    return own_emulator


@pytest.fixture(scope="module")
def leave(durable, begin, emulator, lambda_client):
    """An execution that was charged at the third attempt, waited, and waits for its approval."""
    execution = begin(
        durable(LEAVE, DurableConfig={"ExecutionTimeout": 31_536_000, "RetentionPeriodInDays": 7}),
        {"card": "4111-1111"},
        name="leave-42",
    )
    execution.until("InvocationCompleted")
    for event, jump in (
        ("WaitStarted", timedelta(hours=1)),
        ("CallbackStarted", MONTHS),
    ):
        emulator.time.advance(jump)
        execution.until(event)
    execution.until("InvocationCompleted", count=4)
    return execution


@pytest.fixture
def timeline(leave, lambda_client, emulator):
    return read_timeline(lambda_client, leave.arn, now=emulator.time.now())


def test_attempts_waits_and_branches_are_where_they_were(timeline):
    found = {operation.name: operation for operation in timeline.operations}
    charge = found["charge"]
    assert [one.state for one in charge.attempts] == [State.FAILED, State.FAILED, State.SUCCEEDED]
    assert [one.error for one in charge.attempts] == ["ConnectionError", "ConnectionError", ""]
    months = found["three-months"]
    assert months.end is not None
    assert months.end - months.start == MONTHS
    both, approval = found["both"], found["approval"]
    assert {one.name for one in timeline.operations if one.depth == 2} == {"mail", "book"}
    assert (both.state, approval.state) == (State.SUCCEEDED, State.RUNNING)
    assert [one.state for one in timeline.operations if one.kind == "Callback"] == [State.WAITING]


def test_it_was_suspended_between_its_invocations(timeline):
    assert len(timeline.invocations) == 4
    assert MONTHS in [pause.length for pause in timeline.pauses]
    assert timeline.is_suspended


def test_nothing_that_it_carries_is_kept(timeline):
    assert "4111" not in repr(timeline)


def test_pages_of_a_history_make_one_timeline(leave, lambda_client, emulator, monkeypatch):
    from harness.observe.durable import reading

    now = emulator.time.now()
    whole = read_timeline(lambda_client, leave.arn, now=now)
    monkeypatch.setattr(reading, "PAGE", 3)
    assert read_timeline(lambda_client, leave.arn, now=now) == whole


def test_an_account_lists_its_durable_functions_and_their_executions(leave, lambda_client):
    function = leave.get()["FunctionArn"].split(":")[6]
    assert function in durable_functions(lambda_client)
    assert [one.arn for one in executions_of(lambda_client, function, name="leave-42")] == [
        leave.arn
    ]
    assert executions_of(lambda_client, function, name="leave-4") == []


def test_a_report_finds_it_by_aws_api_alone_too(leave, emulator, aws_account):
    class Plain:
        """The emulator as an account that has no control API."""

        capabilities = frozenset()
        client = staticmethod(emulator.client)

    function = leave.get()["FunctionArn"].split(":")[6]
    known = frozenset({(aws_account, emulator.regions[0], function)})
    for target, functions in ((Plain(), known), (emulator, frozenset())):
        reader = Reader(target, aws_account, functions)
        (found,) = [one for one in reader.found() if one.arn == leave.arn]
        assert reader.read(found).arn == leave.arn


def test_the_emulator_lists_those_of_all_accounts(leave, emulator, aws_account):
    (found,) = [one for one in executions_at(emulator.endpoint_url) if one.arn == leave.arn]
    assert (found.name, found.status, found.account) == ("leave-42", "RUNNING", aws_account)
    assert found.start == leave.get()["StartTimestamp"]


def test_the_command_lists_and_draws_it(leave, emulator, aws_account, tmp_path, monkeypatch):
    monkeypatch.setattr(emulators, "attached", lambda: emulator)

    def trace(*arguments):
        done = CliRunner().invoke(app, ["trace", *arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    listed = json.loads(trace("executions", "--account", aws_account, "--json"))
    assert leave.arn in [one["arn"] for one in listed]
    drawn = trace("execution", "leave-42", "--account", aws_account)
    assert "╱ 90 days ╱" in drawn
    assert "succeeded after 3 attempts" in drawn
    file = tmp_path / "leave.svg"
    trace("execution", leave.arn, "--svg", str(file))
    assert "90 days" in [one.text for one in ElementTree.parse(file).iter() if one.text]


def test_a_page_of_another_site_does_not_see_executions(emulator):
    import urllib.error
    import urllib.request

    from harness import wire

    request = urllib.request.Request(
        emulator.endpoint_url + wire.EXECUTIONS_PATH, headers={"Origin": "https://example.com"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 403
