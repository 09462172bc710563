"""A released account is as if it had never been; its neighbours notice nothing."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def account(emulator):
    account = emulator.new_account()
    yield account
    emulator.release_account(account)


def make_queue(client):
    return client("sqs").create_queue(QueueName="q")


def make_bucket(client):
    client("s3").create_bucket(Bucket="one-owner-at-a-time")
    client("s3").put_object(Bucket="one-owner-at-a-time", Key="k", Body=b"v")


def make_parameter(client):
    client("ssm").put_parameter(Name="p", Value="v", Type="String")


def make_role(client):
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({}))


def make_rule(client):
    client("events").put_rule(Name="r", ScheduleExpression="rate(1 minute)")


def make_topic(client):
    client("sns").create_topic(Name="t")


def make_log_group(client):
    client("logs").create_log_group(logGroupName="g")


def make_rest_api(client):
    client("apigateway").create_rest_api(name="a")


def make_stack(client):
    resources = {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}}}
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="s", WaiterConfig={"Delay": 1}
    )


@pytest.mark.parametrize(
    ("make", "service", "listing", "key"),
    [
        (make_queue, "sqs", "list_queues", "QueueUrls"),
        (make_bucket, "s3", "list_buckets", "Buckets"),
        (make_parameter, "ssm", "describe_parameters", "Parameters"),
        (make_role, "iam", "list_roles", "Roles"),
        (make_rule, "events", "list_rules", "Rules"),
        (make_topic, "sns", "list_topics", "Topics"),
        (make_log_group, "logs", "describe_log_groups", "logGroups"),
        (make_rest_api, "apigateway", "get_rest_apis", "items"),
        (make_stack, "cloudformation", "list_stacks", "StackSummaries"),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", None),
)
def test_nothing_of_a_released_account_is_left(emulator, account, make, service, listing, key):
    def client(name):
        return emulator.client(name, account=account)

    def listed():
        return getattr(client(service), listing)().get(key, [])

    make(client)
    assert listed()

    emulator.release_account(account)

    assert listed() == []
    make(client)  # its names are free again


def test_a_neighbour_keeps_what_it_has(emulator, account):
    neighbour = emulator.new_account()
    for owner in (account, neighbour):
        emulator.client("sqs", account=owner).create_queue(QueueName="q")

    emulator.release_account(account)

    assert len(emulator.client("sqs", account=neighbour).list_queues()["QueueUrls"]) == 1
    emulator.release_account(neighbour)


def test_the_name_of_a_forgotten_bucket_is_free_for_others(emulator, account):
    emulator.client("s3", account=account).create_bucket(Bucket="wanted-by-two")
    emulator.release_account(account)

    other = emulator.new_account()
    emulator.client("s3", account=other).create_bucket(Bucket="wanted-by-two")
    emulator.release_account(other)
