"""An address that is subscribed to a topic gets nothing before it has confirmed.

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from harness.observe.http import http_client
from harness.observe.inbox import Inbox

SOON = timedelta(seconds=20)


@pytest.fixture(scope="module")
def sns(aws):
    return aws("sns")


@pytest.fixture
def topic(sns):
    return sns.create_topic(Name=f"alarms-{uuid4().hex[:8]}")["TopicArn"]


@pytest.fixture
def inbox(emulator, aws_account):
    return Inbox(emulator.endpoint_url, aws_account)


@pytest.fixture
def address() -> str:
    return f"{uuid4().hex[:8]}@example.com"


@pytest.fixture(scope="module")
def get(emulator) -> Callable:
    with http_client(emulator.endpoint_url) as client:
        yield client.get


def test_nothing_arrives_before_the_confirmation(sns, topic, inbox, address, get):
    answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    assert answer["SubscriptionArn"] == "pending confirmation"
    sns.publish(TopicArn=topic, Message="early")
    asked = inbox.confirm(address, get=get, within=SOON)
    sns.publish(TopicArn=topic, Message="late", Subject="ALARM")
    told = inbox.wait_for(to=address, subject="ALARM", within=SOON)
    # Messages to one subscriber are sent in the order of their publication.
    assert inbox.emails(to=address) == [asked, told]
    assert told.text.startswith("late\n")
    assert told.sender == "AWS Notifications <no-reply@sns.amazonaws.com>"


def test_the_state_of_a_subscription_is_told(sns, topic, inbox, address, get):
    arn = sns.subscribe(
        TopicArn=topic, Protocol="email", Endpoint=address, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == "PendingConfirmation"
    inbox.confirm(address, get=get, within=SOON)
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert listed["SubscriptionArn"] == arn


def test_a_subscription_by_http_is_left_as_it_is(sns, topic):
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://127.0.0.1:9/")
    (listed,) = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=listed["SubscriptionArn"])
    assert attributes["Attributes"]["PendingConfirmation"] == "true"


def test_the_token_of_the_link_confirms_too(sns, topic, inbox, address):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    link = inbox.wait_for(to=address, within=SOON).links[-1]
    token = link.rpartition("Token=")[2]
    arn = sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["PendingConfirmation"] == "false"


def test_who_asks_again_is_asked_again(sns, topic, inbox, address):
    for _ in range(2):
        answer = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
        assert answer["SubscriptionArn"] == "pending confirmation"
    assert len(inbox.emails(to=address)) == 2
    assert len(sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]) == 1


def test_the_link_to_unsubscribe_ends_it(sns, topic, inbox, address, get):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    inbox.confirm(address, get=get, within=SOON)
    sns.publish(TopicArn=topic, Message="first", Subject="first")
    get(inbox.wait_for(to=address, subject="first", within=SOON).links[-1]).raise_for_status()
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []


def test_programs_get_json(sns, topic, inbox, address, get):
    sns.subscribe(TopicArn=topic, Protocol="email-json", Endpoint=address)
    inbox.confirm(address, get=get, within=SOON)
    sns.publish(TopicArn=topic, Message="for a program", Subject="data")
    told = json.loads(inbox.wait_for(to=address, subject="data", within=SOON).text)
    assert (told["Type"], told["Message"]) == ("Notification", "for a program")
    assert told["TopicArn"] == topic


def test_a_filter_holds_for_e_mail_as_well(sns, topic, inbox, address, get):
    sns.subscribe(
        TopicArn=topic,
        Protocol="email",
        Endpoint=address,
        Attributes={"FilterPolicy": '{"level": ["error"]}'},
    )
    inbox.confirm(address, get=get, within=SOON)
    for level in ("info", "error"):
        attribute = {"DataType": "String", "StringValue": level}
        sns.publish(
            TopicArn=topic, Message=level, Subject=level, MessageAttributes={"level": attribute}
        )
    inbox.wait_for(to=address, subject="error", within=SOON)
    assert inbox.emails(to=address, subject="info") == []


def test_an_alarm_reaches_who_confirmed(aws, topic, sns, inbox, address, get):
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    inbox.confirm(address, get=get, within=SOON)
    cloudwatch = aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="orders",
        AlarmActions=[topic],
        Namespace="Shop",
        MetricName="Failed",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="orders", StateValue="ALARM", StateReason="test")
    told = inbox.wait_for(to=address, subject="ALARM", within=SOON)
    assert 'CloudWatch Alarm "orders" in the US East (N. Virginia) region' in told.text
