"""What the flight recorder keeps of calls, of clients and of services."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from harness.observe.calls import calls_at
from harness.observe.eventually import eventually

WITHIN = timedelta(seconds=30)


@pytest.fixture(scope="module")
def emulator(own_emulator):
    """Time is moved here."""
    return own_emulator


@pytest.fixture
def calls(emulator, aws_account):
    """Returns the account's calls of an operation, in order."""

    def calls(operation):
        recorded = calls_at(emulator.endpoint_url, aws_account)
        return [call for call in recorded.calls if call.operation == operation]

    return calls


def test_a_clients_call_is_kept_with_what_it_names(aws, calls, aws_account):
    queue = aws("sqs").create_queue(QueueName="orders")["QueueUrl"]
    answer = aws("sqs").send_message(QueueUrl=queue, MessageBody="what nobody may see")

    [call] = [one for one in calls("SendMessage") if one.about["QueueUrl"] == queue]
    assert (call.service, call.status, call.error) == ("sqs", 200, "")
    assert call.by == f"arn:aws:iam::{aws_account}:root"
    assert call.about == {"QueueUrl": queue}
    assert call.resource == "orders"
    assert call.request_id == answer["ResponseMetadata"]["RequestId"]
    assert 0 < call.took_seconds < 60
    assert "what nobody may see" not in repr(call)


def test_a_call_that_fails_has_awss_code_and_message(aws, calls):
    with pytest.raises(ClientError) as refused:
        aws("lambda").get_function(FunctionName="nobody")

    [call] = calls("GetFunction")
    error = refused.value.response["Error"]
    assert (call.status, call.error, call.message) == (404, error["Code"], error["Message"])
    assert not call.is_well
    assert f"{error['Code']}: {error['Message']}" in str(call)


def test_a_services_call_says_what_made_it(aws, calls, emulator, aws_account):
    queue = aws("sqs").create_queue(QueueName="caught")["QueueUrl"]
    arn = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    rule = aws("events").put_rule(Name="all", EventPattern='{"source": ["shop"]}')["RuleArn"]
    target = {"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}
    aws("events").put_targets(Rule="all", Targets=[target])

    aws("events").put_events(
        Entries=[{"Source": "shop", "DetailType": "sold", "Detail": json.dumps({"n": 1})}]
    )

    def delivered():
        found = [call for call in calls("SendMessage") if call.resource == "caught"]
        assert len(found) == 1
        return found[0]

    call = eventually(delivered, within=WITHIN)
    assert call.by == "events.amazonaws.com"
    assert call.cause == rule
    assert call.caller == "events.amazonaws.com for rule/all"


def test_time_is_the_emulators(aws, calls, emulator):
    aws("sts").get_caller_identity()
    emulator.time.advance(timedelta(days=3))
    aws("sts").get_caller_identity()

    before, after = calls("GetCallerIdentity")
    ahead = (after.at - after.machine_at) - (before.at - before.machine_at)
    # The advance itself took a while, in which the machine's time passed.
    assert ahead == pytest.approx(3 * 86_400, abs=60)


def test_only_what_came_later_can_be_asked_for(emulator):
    account = emulator.new_account()
    sns = emulator.client("sns", account=account)
    sns.list_topics()
    sns.list_subscriptions()
    before = calls_at(emulator.endpoint_url, account)
    assert [call.operation for call in before.calls] == ["ListTopics", "ListSubscriptions"]

    sns.list_topics()
    later = calls_at(emulator.endpoint_url, account, after=before.last)
    assert [call.operation for call in later.calls] == ["ListTopics"]
    assert later.is_complete
    emulator.release_account(account)


def test_an_account_that_is_given_back_leaves_no_calls(emulator):
    account = emulator.new_account()
    emulator.client("sns", account=account).list_topics()
    assert calls_at(emulator.endpoint_url, account).calls
    emulator.release_account(account)
    assert calls_at(emulator.endpoint_url, account).calls == []
