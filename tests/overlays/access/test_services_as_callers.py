"""Services that call for a resource: the other resource's policy lets them in, or nothing comes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

from .conftest import NUMBERS, document, refusal, statement

A_WHILE = timedelta(seconds=20)


def named(kind):
    return f"{kind}-{next(NUMBERS)}"


@pytest.fixture
def received(aws):
    def read(url):
        answer = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", ())]

    return read


@pytest.fixture
def denied(emulator, aws_account):
    """Waits for a queue that somebody could not send to: `denied(arn)` returns the denial."""

    def wait(arn):
        def found():
            on_queue = [one for one in emulator.denials(aws_account) if one["resource"] == arn]
            assert on_queue
            return on_queue[0]

        return eventually(found, within=A_WHILE)

    return wait


def allow(service, action, resource, source=None):
    condition = {"Condition": {"ArnEquals": {"aws:SourceArn": source}}} if source else {}
    return statement(action, resource, Principal={"Service": service}, **condition)


def test_a_topic_reaches_a_queue_that_lets_it_in(aws, denied, queue, received):
    url, arn = queue()
    topic = aws("sns").create_topic(Name=named("topic"))["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    aws("sns").publish(TopicArn=topic, Message="kept out")

    denial = denied(arn)
    assert denial["principal"] == "sns.amazonaws.com"
    assert json.loads(denial["fix"]) == allow("sns.amazonaws.com", "sqs:SendMessage", arn, topic)
    assert denial["belongs_to"] == f"resource-based policy of {arn}"
    policy = document(allow("sns.amazonaws.com", "sqs:SendMessage", arn, topic))
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    aws("sns").publish(TopicArn=topic, Message="let in")

    def let_in():
        assert [json.loads(body)["Message"] for body in received(url)] == ["let in"]

    eventually(let_in, within=A_WHILE)


def test_a_bucket_may_not_notify_a_queue_that_keeps_it_out(aws, queue, aws_account):
    url, arn = queue()
    bucket = f"{named('bucket')}-{aws_account}"
    aws("s3").create_bucket(Bucket=bucket)
    wanted = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
    notify = aws("s3").put_bucket_notification_configuration
    members = {"Bucket": bucket, "NotificationConfiguration": wanted}
    assert refusal(notify, **members)[0] == "InvalidArgument"
    policy = document(allow("s3.amazonaws.com", "sqs:SendMessage", arn, f"arn:aws:s3:::{bucket}"))
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    notify(**members)


@pytest.fixture
def rule(aws):
    def create(target, **members):
        name = named("rule")
        arn = aws("events").put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))[
            "RuleArn"
        ]
        aws("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, **members}])
        entry = {"Source": name, "DetailType": "d", "Detail": "{}"}
        return arn, lambda: aws("events").put_events(Entries=[entry])

    return create


def test_a_rule_reaches_a_queue_that_lets_it_in(aws, denied, queue, rule, received):
    url, arn = queue()
    rule_arn, put = rule(arn)
    put()
    assert denied(arn)["principal"] == "events.amazonaws.com"
    policy = document(allow("events.amazonaws.com", "sqs:SendMessage", arn, rule_arn))
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    put()

    def let_in():
        assert len(received(url)) == 1

    eventually(let_in, within=A_WHILE)


def test_the_wrong_source_is_kept_out(aws, aws_account, denied, queue, rule):
    url, arn = queue()
    _, put = rule(arn)
    other = f"arn:aws:events:us-east-1:{aws_account}:rule/other"
    policy = document(allow("events.amazonaws.com", "sqs:SendMessage", arn, other))
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    put()
    assert "allows it if ArnEquals aws:sourcearn is" in denied(arn)["decided_by"]
