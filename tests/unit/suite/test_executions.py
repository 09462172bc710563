"""Which executions of a module a report shows, and what reading them costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from harness.observe.durable.model import Timeline
from harness.observe.durable.reading import Found
from harness.suite import executions
from harness.suite.executions import MOST, Gathering, Reader

START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ARN = "arn:aws:lambda:us-east-1:{account}:function:{function}:1/durable-execution/{name}/1"


def found(name: str, *, ended=True, account="111111111111", function="process", after=0) -> Found:
    start = START + timedelta(minutes=after)
    return Found(
        ARN.format(account=account, function=function, name=name),
        name,
        function,
        "SUCCEEDED" if ended else "RUNNING",
        start,
        start if ended else None,
    )


class Executions:
    """A reader of executions that are in memory; notes which ones it reads."""

    lists_at_once = True

    def __init__(self) -> None:
        self.known: list[Found] = []
        self.asked: list[str] = []

    def found(self):
        return self.known

    def read(self, one: Found) -> Timeline:
        self.asked.append(one.name)
        status = one.status
        return Timeline(one.arn, one.name, "f", "1", status, one.start, one.end, one.start)


@pytest.fixture
def reader():
    return Executions()


@pytest.fixture
def gathering():
    return Gathering("leave/test_leave.py")


def names(gathering):
    return [one["name"] for one in gathering.document()["timelines"]]


def test_what_has_ended_is_read_once_and_what_is_open_at_the_end(reader, gathering):
    reader.known = [found("a"), found("b", ended=False)]
    gathering.look(reader, is_last=False)
    gathering.look(reader, is_last=False)
    assert reader.asked == ["a"]
    reader.known.append(found("c"))
    gathering.look(reader, is_last=True)
    assert reader.asked == ["a", "b", "c"]
    assert names(gathering) == ["a", "b", "c"]


def test_what_is_gone_at_the_end_was_read_before(reader, gathering):
    """A test moves time by months: beyond the retention of what others have run."""
    reader.known = [found("a")]
    gathering.look(reader, is_last=False)
    reader.known = [found("b", after=1)]
    gathering.look(reader, is_last=True)
    assert names(gathering) == ["a", "b"]


def test_where_listing_costs_calls_it_is_done_once(reader, gathering):
    reader.lists_at_once = False
    reader.known = [found("a")]
    gathering.look(reader, is_last=False)
    assert gathering.is_empty
    gathering.look(reader, is_last=True)
    assert names(gathering) == ["a"]


def test_beyond_a_limit_executions_are_counted_and_not_read(reader, gathering):
    reader.known = [found(f"{number:02}", after=number) for number in range(MOST + 5)]
    gathering.look(reader, is_last=True)
    assert names(gathering) == [f"{number:02}" for number in range(MOST)]
    assert gathering.document()["more"] == 5
    assert len(reader.asked) == MOST


def test_reading_ends_when_it_takes_too_long(reader, gathering, monkeypatch):
    monkeypatch.setattr(executions, "_WITHIN", timedelta(seconds=-1))
    reader.known = [found("a"), found("b")]
    gathering.look(reader, is_last=True)
    assert reader.asked == ["a"]


def test_names_that_look_like_credentials_are_taken_out(reader, gathering):
    reader.known = [found("AKIAIOSFODNN7EXAMPLE")]
    gathering.look(reader, is_last=True)
    assert "AKIA" not in repr(gathering.document())


def test_a_module_without_executions_leaves_nothing(reader, gathering):
    gathering.look(reader, is_last=True)
    assert gathering.is_empty


class Lambda:
    """A client of Lambda on an account that others use as well."""

    class exceptions:  # noqa: N801
        ResourceNotFoundException = LookupError

    def __init__(self, target, account, region):
        self.target, self.account, self.region = target, account, region

    def get_paginator(self, operation):
        self.operation = operation
        return self

    def paginate(self, **asked):
        self.target.asked.append((self.operation, asked["FunctionName"]))
        if asked["FunctionName"] == "gone":
            raise LookupError
        if self.operation == "list_versions_by_function":
            return [{"Versions": [{"Version": "$LATEST"}]}]
        name = f"{asked['FunctionName']}-{self.region}"
        arn = ARN.format(account=self.account, function=asked["FunctionName"], name=name)
        one = {
            "DurableExecutionArn": arn,
            "DurableExecutionName": name,
            "Status": "RUNNING",
            "StartTimestamp": START,
        }
        return [{"DurableExecutions": [one]}]


class Target:
    endpoint_url = "http://127.0.0.1:1"

    def __init__(self, *capabilities):
        self.capabilities, self.asked = frozenset(capabilities), []

    def client(self, service, *, account, region, config):
        return Lambda(self, account, region)


def test_where_functions_are_asked_one_by_one_only_durable_ones_are():
    target = Target()
    functions = {("1", "eu-west-1", "process"), ("1", "us-east-1", "gone")}
    reader = Reader(target, "1", frozenset(functions))
    assert [one.name for one in reader.found()] == ["process-eu-west-1"]
    assert {function for _, function in target.asked} == {"process", "gone"}
    assert Reader(target, "1", frozenset()).found() == []
    assert not reader.lists_at_once


def test_where_the_module_has_an_account_for_itself_all_in_it_is_its_own(monkeypatch):
    listed = [
        found("ours"),
        found("elsewhere", account="222222222222", function="shared"),
        found("foreign", account="222222222222"),
    ]
    monkeypatch.setattr(executions, "executions_at", lambda endpoint_url: listed)
    target = Target("environments")
    reader = Reader(target, "111111111111", frozenset({("222222222222", "us-east-1", "shared")}))
    assert [one.name for one in reader.found()] == ["ours", "elsewhere"]
    assert target.asked == []
