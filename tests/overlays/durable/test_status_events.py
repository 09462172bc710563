"""What other services are told: status changes on the default bus, dead letters."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def queue(aws, request):
    """A queue's URL and ARN."""
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName=request.node.name)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, told["Attributes"]["QueueArn"]


def received(aws, url, count):
    messages = []
    for _ in range(20):
        answer = aws("sqs").receive_message(
            QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        messages += answer.get("Messages", [])
        if len(messages) >= count:
            break
    return messages


def test_status_changes_are_events_of_the_default_bus(aws, durable, begin, queue):
    url, arn = queue
    events = aws("events")
    pattern = {"source": ["aws.lambda"], "detail-type": ["Durable Execution Status Change"]}
    events.put_rule(Name="statuses", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="statuses", Targets=[{"Id": "queue", "Arn": arn}])
    function = durable("context.wait(Duration(1))\nraise ValueError('no')")
    execution = begin(function, {"secret": "input"}, name="leave-7")
    told = execution.end()
    messages = received(aws, url, 2)
    assert "secret" not in str(messages)
    first, last = (json.loads(message["Body"]) for message in messages)
    assert first["resources"] == []
    assert first["detail"] == {
        "durableExecutionArn": execution.arn,
        "durableExecutionName": "leave-7",
        "functionArn": told["FunctionArn"],
        "status": "RUNNING",
        "startTimestamp": first["detail"]["startTimestamp"],
    }
    assert last["detail"]["status"] == "FAILED"
    assert last["detail"]["endTimestamp"] > last["detail"]["startTimestamp"]
    assert last["detail"]["startTimestamp"].endswith("Z")


def test_the_event_of_a_failed_execution_is_a_dead_letter(aws, durable, begin, queue):
    url, arn = queue
    function = durable("raise ValueError('no')", DeadLetterConfig={"TargetArn": arn})
    begin(function, {"leave": 1}).end()
    (message,) = received(aws, url, 1)
    assert json.loads(message["Body"]) == {"leave": 1}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no"
