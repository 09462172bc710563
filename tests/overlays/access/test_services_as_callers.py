"""Services that call for a resource: the other resource's policy lets them in, or nothing comes."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.observe.eventually import eventually

from .conftest import NUMBERS, document, refusal, statement
from .test_functions import package

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


@pytest.fixture
def log_group(aws):
    name = f"/test/{named('group')}"
    aws("logs").create_log_group(logGroupName=name)
    aws("logs").create_log_stream(logGroupName=name, logStreamName="s")
    return name


def subscribe(aws, group, arn, **members):
    aws("logs").put_subscription_filter(
        logGroupName=group, filterName="all", filterPattern="", destinationArn=arn, **members
    )


def test_a_log_group_reaches_a_stream_with_a_role_that_trusts_the_regions_logs(
    aws, role, log_group, clock
):
    stream = named("stream")
    aws("kinesis").create_stream(StreamName=stream, ShardCount=1)
    aws("kinesis").get_waiter("stream_exists").wait(
        StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    described = aws("kinesis").describe_stream_summary(StreamName=stream)
    arn = described["StreamDescriptionSummary"]["StreamARN"]
    trusts = {"Service": "logs.us-east-1.amazonaws.com"}
    # As AWS documents it: nothing that describes the stream.
    subscribe(
        aws,
        log_group,
        arn,
        roleArn=role(statement("kinesis:PutRecord", arn), trusts=trusts),
    )
    now = int(clock.now().timestamp() * 1000)
    aws("logs").put_log_events(
        logGroupName=log_group,
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": "hello"}],
    )

    def arrived():
        token = aws("kinesis").get_shard_iterator(
            StreamName=stream, ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        assert aws("kinesis").get_records(ShardIterator=token)["Records"]

    eventually(arrived, within=A_WHILE)
    idle = role(statement("kinesis:DescribeStream", arn), trusts=trusts)
    refused = refusal(subscribe, aws=aws, group=log_group, arn=arn, roleArn=idle)
    assert refused[0] == "InvalidParameterException"


def test_a_log_group_reaches_a_function_that_the_regions_logs_may_invoke(
    aws, role, log_group, aws_account
):
    name = named("function")
    arn = aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="app.handler",
        Role=role(trusts={"Service": "lambda.amazonaws.com"}),
        Code={"ZipFile": package("def handler(event, context): pass")},
    )["FunctionArn"]
    aws("lambda").get_waiter("function_active_v2").wait(FunctionName=name)
    assert refusal(subscribe, aws=aws, group=log_group, arn=arn)[0] == "InvalidParameterException"
    aws("lambda").add_permission(
        FunctionName=name,
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.us-east-1.amazonaws.com",
        SourceArn=f"arn:aws:logs:us-east-1:{aws_account}:log-group:{log_group}:*",
        SourceAccount=aws_account,
    )
    subscribe(aws, log_group, arn)


@pytest.fixture
def own_rule(aws):
    """Makes a rule that matches a source of its own name; returns the name."""
    name = named("rule")
    aws("events").put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    return name


def test_a_rule_takes_on_a_role_that_trusts_this_rule(
    aws, role, queue, received, own_rule, aws_account
):
    url, arn = queue()
    deliverer = role(statement("sqs:SendMessage", arn), trusts={"Service": "events.amazonaws.com"})
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {
                "aws:SourceArn": f"arn:aws:events:us-east-1:{aws_account}:rule/{own_rule}"
            },
            "StringEquals": {"aws:SourceAccount": aws_account},
        },
    }
    aws("iam").update_assume_role_policy(
        RoleName=deliverer.rpartition("/")[2],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    aws("events").put_targets(
        Rule=own_rule, Targets=[{"Id": "q", "Arn": arn, "RoleArn": deliverer}]
    )
    aws("events").put_events(Entries=[{"Source": own_rule, "DetailType": "t", "Detail": "{}"}])

    def arrived():
        assert len(received(url)) == 1

    eventually(arrived, within=A_WHILE)


def test_a_service_takes_on_a_role_that_asks_for_its_account(aws, role, log_group, aws_account):
    stream = named("stream")
    aws("kinesis").create_stream(StreamName=stream, ShardCount=1)
    aws("kinesis").get_waiter("stream_exists").wait(
        StreamName=stream, WaiterConfig={"Delay": 1, "MaxAttempts": 30}
    )
    described = aws("kinesis").describe_stream_summary(StreamName=stream)
    arn = described["StreamDescriptionSummary"]["StreamARN"]
    sender = role(statement("kinesis:PutRecord", arn), trusts={"Service": "logs.amazonaws.com"})
    for account, is_its in (("123456789012", False), (aws_account, True)):
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
        aws("iam").update_assume_role_policy(
            RoleName=sender.rpartition("/")[2],
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        )
        if is_its:
            subscribe(aws, log_group, arn, roleArn=sender)
        else:
            with pytest.raises(aws("logs").exceptions.ClientError, match="AssumeRole"):
                subscribe(aws, log_group, arn, roleArn=sender)


def test_a_log_group_gets_events_that_let_eventbridge_alone_in(
    aws, denied, own_rule, log_group, aws_account
):
    arn = f"arn:aws:logs:us-east-1:{aws_account}:log-group:{log_group}"
    aws("events").put_targets(Rule=own_rule, Targets=[{"Id": "logs", "Arn": arn}])
    entry = {"Source": own_rule, "DetailType": "t", "Detail": "{}"}
    aws("events").put_events(Entries=[entry])
    denied(f"{arn}:log-stream:*")
    policy = allow(
        "events.amazonaws.com", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{arn}:*"
    )
    aws("logs").put_resource_policy(policyName=named("p"), policyDocument=document(policy))
    aws("events").put_events(Entries=[entry])

    def arrived():
        found = aws("logs").filter_log_events(logGroupName=log_group)["events"]
        assert [json.loads(one["message"])["source"] for one in found] == [own_rule]

    eventually(arrived, within=A_WHILE)


def test_an_archive_gets_the_events_of_its_bus(aws, aws_account):
    name = named("archive")
    bus = f"arn:aws:events:us-east-1:{aws_account}:event-bus/default"
    aws("events").create_archive(ArchiveName=name, EventSourceArn=bus)
    aws("events").put_events(Entries=[{"Source": name, "DetailType": "t", "Detail": "{}"}])

    def archived():
        assert aws("events").describe_archive(ArchiveName=name)["EventCount"] == 1

    eventually(archived, within=A_WHILE)
    aws("events").update_archive(ArchiveName=name, EventPattern=json.dumps({"source": [name]}))
    aws("events").delete_archive(ArchiveName=name)


def test_a_topics_dead_letters_come_from_the_topic(aws, queue, received):
    url, arn = queue()
    topic = aws("sns").create_topic(Name=named("topic"))["TopicArn"]
    policy = document(allow("sns.amazonaws.com", "sqs:SendMessage", arn, topic))
    aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    aws("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn.rpartition(":")[0] + ":gone",
        Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn})},
    )
    aws("sns").publish(TopicArn=topic, Message="unheard")

    def arrived():
        assert [json.loads(body)["Message"] for body in received(url)] == ["unheard"]

    eventually(arrived, within=A_WHILE)


def test_what_is_no_subscription_is_refused_for_its_form(aws):
    code, _, message = refusal(
        aws("sns").unsubscribe, SubscriptionArn="arn:aws:sns:us-east-1:123456789012:topic"
    )
    assert (code, message) == ("InvalidParameter", "Invalid parameter: SubscriptionId")
