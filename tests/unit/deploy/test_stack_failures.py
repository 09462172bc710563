"""How a failed stack is told: the resource that failed, and the events beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.deploy.nested import with_nested_events
from harness.deploy.refusals import failed_stack, refused_change_set
from harness.deploy.stack_events import EventFeed, StackEvent, failures
from harness.deploy.template import Template

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ARN = "arn:aws:cloudformation:eu-west-1:111111111111:stack"
TEMPLATE = Template(
    Path("t.yaml"),
    Path(),
    {"Resources": {"A": {"Type": "AWS::Batch::JobQueue"}, "B": {"Type": "AWS::Batch::JobQueue"}}},
)


def event(logical_id, status, reason="", kind="AWS::SQS::Queue", after=0, **rest):
    values = {
        "time": START + timedelta(seconds=after),
        "stack": "s",
        "physical_id": "",
        "is_of_stack": False,
        **rest,
    }
    return StackEvent(logical_id=logical_id, type=kind, status=status, reason=reason, **values)


def test_the_first_failure_is_the_sentence_and_the_events_are_the_note():
    events = [
        event("A", "CREATE_COMPLETE"),
        event("B", "CREATE_FAILED", "Resource provider operation failed: no such\n key."),
        event("C", "CREATE_FAILED", "Resource creation cancelled"),
        event("D", "CREATE_FAILED", "bad"),
        event("s", "CREATE_FAILED", is_of_stack=True),
    ]
    failure = failed_stack("s", "create", events, "ROLLBACK_COMPLETE", "")
    assert failure.problem == (
        "The stack s failed to create: B (AWS::SQS::Queue): no such key (1 more below)."
    )
    [note] = failure.__notes__
    assert note.splitlines()[1].startswith("09:00:00 CREATE_FAILED      AWS::SQS::Queue")
    assert [one.logical_id for one in failures(events)] == ["B", "D"]


def test_without_a_failed_resource_the_stack_itself_is_quoted():
    failure = failed_stack("s", "update", [], "UPDATE_ROLLBACK_COMPLETE", "Rules failed.")
    assert failure.problem == (
        "The stack s failed to update (UPDATE_ROLLBACK_COMPLETE): Rules failed."
    )


def test_a_nested_stack_s_own_resource_is_named():
    events = [
        event("N", "CREATE_FAILED", "Embedded stack", kind="AWS::CloudFormation::Stack"),
        event("Q", "CREATE_FAILED", "bad name", stack="s-N-1"),
    ]
    failure = failed_stack("s", "create", events, "ROLLBACK_COMPLETE", "")
    assert "Q (AWS::SQS::Queue) in the nested stack s-N-1: bad name." in failure.problem


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            "Unsupported resources detected: Sorry, the AWS::Batch::JobQueue resource (from the "
            "batch service) is not supported by this version of LocalStack, …",
            'This target can\'t make AWS::Batch::JobQueue ("A", "B").',
        ),
        (
            "Unsupported resources detected: Sorry, the Custom::Thing resource in the x service "
            "is not supported.",
            "This target can't make Custom::Thing.",
        ),
        (
            "Template format error: Unresolved resource dependencies [X].",
            "CloudFormation refuses t.yaml for the stack s: Template format error: Unresolved "
            "resource dependencies [X].",
        ),
        ("", "CloudFormation refuses t.yaml for the stack s: it gave no reason."),
    ],
)
def test_a_refused_template_is_one_sentence(reason, sentence):
    assert refused_change_set(TEMPLATE, "s", reason).problem == sentence


class Cloudformation:
    """Answers `DescribeStackEvents`, the newest first, a page for each event."""

    def __init__(self, **events):
        self.events = events

    def get_paginator(self, name):
        assert name == "describe_stack_events"
        return self

    def paginate(self, *, StackName):  # noqa: N803
        name = StackName.rpartition("/")[2]
        for answer in reversed(self.events[name]):
            yield {"StackEvents": [answer]}


def answer(stack, logical_id, status, number, physical_id="", reason=""):
    return {
        "EventId": f"{stack}-{number}",
        "Timestamp": START + timedelta(seconds=number),
        "StackId": f"{ARN}/{stack}",
        "StackName": stack,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": "AWS::CloudFormation::Stack" if physical_id else "AWS::SQS::Queue",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def test_each_event_is_told_once_in_order():
    cloudformation = Cloudformation(s=[answer("s", "A", "CREATE_IN_PROGRESS", 1)])
    feed = EventFeed(cloudformation, f"{ARN}/s")
    assert [one.status for one in feed.new()] == ["CREATE_IN_PROGRESS"]
    cloudformation.events["s"] += [
        answer("s", "A", "CREATE_COMPLETE", 2),
        answer("s", "s", "CREATE_COMPLETE", 3, physical_id=f"{ARN}/s"),
    ]
    told = list(feed.new())
    assert [(one.logical_id, one.is_of_stack) for one in told] == [("A", False), ("s", True)]
    assert list(feed.new()) == []


@pytest.mark.parametrize(
    ("physical_id", "reason"),
    [(f"{ARN}/n", ""), ("", f"Embedded stack {ARN}/n was not successfully created: …")],
    ids=["as AWS says it", "as LocalStack says it"],
)
def test_events_of_a_failed_nested_stack_are_put_in(physical_id, reason):
    cloudformation = Cloudformation(
        n=[answer("n", "Old", "CREATE_FAILED", -5), answer("n", "Q", "CREATE_FAILED", 2)]
    )
    events = [
        event("N", "CREATE_IN_PROGRESS", kind="AWS::CloudFormation::Stack", after=1),
        event(
            "N",
            "CREATE_FAILED",
            reason,
            kind="AWS::CloudFormation::Stack",
            after=3,
            physical_id=physical_id,
        ),
    ]
    found = with_nested_events(cloudformation, events)
    assert [(one.stack, one.logical_id) for one in found] == [("s", "N"), ("n", "Q"), ("s", "N")]
