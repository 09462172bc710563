"""Reading executions by AWS's API: in pages, from all versions, without what they carry."""

from __future__ import annotations

from typing import Any

import pytest

from harness.observe.durable.reading import durable_functions, executions_of, read_timeline

from .conftest import ARN, START, History, at, execution


class Lambda:
    """Answers in pages of two, as AWS's API does; notes what it is asked."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self.events, self.asked = events, list[tuple[str, dict[str, Any]]]()

    def get_durable_execution(self, **asked: Any) -> dict[str, Any]:
        return execution(InputPayload="secret", Result="secret")

    def get_paginator(self, operation: str) -> Any:
        return Pages(self, operation)


class Pages:
    def __init__(self, client: Lambda, operation: str) -> None:
        self.client, self.operation = client, operation

    def paginate(self, **asked: Any) -> Any:
        self.client.asked.append((self.operation, asked))
        member, values = getattr(self, self.operation)(asked)
        for index in range(0, max(len(values), 1), 2):
            yield {member: values[index : index + 2]}

    def get_durable_execution_history(self, asked):
        events = self.client.events
        return "Events", events if asked["IncludeExecutionData"] else [bare(one) for one in events]

    def list_functions(self, asked):
        durable = {"DurableConfig": {"ExecutionTimeout": 1}}
        return "Functions", [{"FunctionName": "plain"}, {"FunctionName": "process", **durable}]

    def list_versions_by_function(self, asked):
        return "Versions", [{"Version": "$LATEST"}, {"Version": "1"}, {"Version": "2"}]

    def list_durable_executions_by_function(self, asked):
        found = {
            "DurableExecutionArn": f"arn:{asked['Qualifier']}",
            "DurableExecutionName": "leave-42",
            "Status": "RUNNING",
            "StartTimestamp": at(seconds=-len(asked["Qualifier"])),
        }
        return "DurableExecutions", [found, found | {"DurableExecutionName": "leave-421"}]


def bare(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event as the API tells it without data."""
    member = f"{event['EventType']}Details"
    hidden = {
        name: {"Truncated": True} if name in ("Error", "Result") else value
        for name, value in event[member].items()
    }
    return {**event, member: hidden}


def test_without_errors_no_data_is_asked_for(leave):
    told = [event for event in leave().events if event["EventType"] != "StepFailed"]
    client = Lambda(told)
    timeline = read_timeline(client, ARN, now=at(days=91))
    assert len(timeline.operations) == 5
    (_, asked), *others = client.asked
    assert (asked["IncludeExecutionData"], others) == (False, [])


def test_types_of_errors_are_read_and_neither_their_words_nor_results(leave):
    client = Lambda(leave().events)
    timeline = read_timeline(client, ARN)
    assert [asked["IncludeExecutionData"] for _, asked in client.asked] == [False, True]
    assert timeline.operations[1].attempts[0].error == "Busy"
    assert "secret" not in repr(timeline)


def test_a_long_history_is_read_so_far_and_says_so():
    told = History().add("ExecutionStarted", START)
    for number in range(10):
        told.step(f"step-{number}", at(seconds=number))
    assert read_timeline(Lambda(told.events), ARN, most_events=21).is_cut is False
    cut = read_timeline(Lambda(told.events), ARN, most_events=5)
    assert (cut.is_cut, len(cut.operations)) == (True, 2)


def test_durable_functions_are_told_from_others():
    assert list(durable_functions(Lambda([]))) == ["process"]


def test_executions_of_all_versions_are_found_the_oldest_first():
    found = executions_of(Lambda([]), "process")
    assert [one.arn for one in found] == ["arn:$LATEST", "arn:1", "arn:2"]


@pytest.mark.parametrize("name", ["leave-42", "leave-421"])
def test_a_name_is_the_whole_name(name):
    """AWS finds those that contain it."""
    found = executions_of(Lambda([]), "process", name=name)
    assert {one.name for one in found} == {name}
